"""Create the five severities and the default message templates."""

import datetime as dt

from django.db import migrations

from encours.dunning.default_templates import SEVERITIES, default_templates

RELEASED_AT = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)


def create(apps, _schema_editor):
    Severity = apps.get_model("dunning", "Severity")
    MessageTemplate = apps.get_model("dunning", "MessageTemplate")
    TemplateVersion = apps.get_model("dunning", "TemplateVersion")
    for rank, name in SEVERITIES.items():
        Severity.objects.create(rank=rank, name=name)
    for text in default_templates():
        template = MessageTemplate.objects.create(
            code=text.code,
            language=text.language,
            name=text.name,
            mention=text.mention,
            mode=text.mode,
            severity_id=text.severity,
            is_formal_notice=text.is_formal_notice,
            subject=text.subject,
            body=text.body,
        )
        TemplateVersion.objects.create(
            template=template,
            version=1,
            subject=text.subject,
            body=text.body,
            saved_at=RELEASED_AT,
            saved_by_name="Encours",
        )


class Migration(migrations.Migration):

    dependencies = [("dunning", "0001_initial")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
