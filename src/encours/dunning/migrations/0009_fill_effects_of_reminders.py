from django.db import migrations


def fill(*_state: object) -> None:
    """Say of the reminders that are there already what they brought."""
    from encours.dunning.effects import rebuild_effects

    rebuild_effects()


class Migration(migrations.Migration):
    dependencies = [
        ("dunning", "0008_effects_of_reminders"),
        ("receivables", "0003_fill_monthly_figures"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
