from django.db import migrations


class Migration(migrations.Migration):
    """What is there already is counted by 0006, when the months have all their columns."""

    dependencies = [("receivables", "0002_monthly_figures")]

    operations = []
