from django.db import migrations


def fill(*_state: object) -> None:
    """Count what is there already."""
    from encours.receivables.months import rebuild_months

    rebuild_months()


class Migration(migrations.Migration):
    dependencies = [("receivables", "0005_counts_of_months")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL("ANALYZE receivables_invoice", migrations.RunSQL.noop),
    ]
