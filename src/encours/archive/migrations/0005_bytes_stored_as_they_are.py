"""Have PostgreSQL store bytes without trying to compress them: PDF and base64 do not get smaller."""

from django.db import migrations


def store_as_they_are(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE archive_storedblob ALTER COLUMN content SET STORAGE EXTERNAL")


class Migration(migrations.Migration):

    dependencies = [("archive", "0004_documents_in_a_bucket")]

    operations = [migrations.RunPython(store_as_they_are, migrations.RunPython.noop)]
