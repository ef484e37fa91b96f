"""A new database has five severities and templates that may be used as they are."""

from __future__ import annotations

import pytest

from encours.core.placeholders import check, fill, without_empty_paragraphs
from encours.dunning.default_templates import DefaultTemplate, default_templates
from encours.dunning.models import MessageTemplate, Severity, TemplateVersion

VALUES = {
    "client": "ACME",
    "contact": "Mme Leroy",
    "entite": "TOPCONSEIL",
    "factures": "- N° 1",
    "total": "6 400,00 EUR (TTC)",
    "nombre": "3",
    "pieces_jointes": "votre compte client au 16/05/2016",
    "derniere_relance": "",
}


@pytest.mark.django_db
def test_the_severities_are_the_five_of_the_trade() -> None:
    assert [str(severity) for severity in Severity.objects.order_by("rank")] == [
        "1 - Très faible",
        "2 - Faible",
        "3 - Moyenne",
        "4 - Élevée",
        "5 - Très élevée",
    ]


@pytest.mark.django_db
def test_the_default_templates_have_their_codes_severities_and_mentions() -> None:
    rows = MessageTemplate.objects.filter(language="fr").order_by("id")
    assert list(rows.values_list("code", "severity_id", "is_formal_notice", "mode", "mention")) == [
        ("L1", 3, False, "letter", "Lettre simple"),
        ("L2", 3, False, "letter", "Lettre simple"),
        ("L3", 4, False, "letter", "Lettre simple"),
        ("LMED", 5, True, "letter", "Lettre recommandée avec avis de réception"),
        ("E1", 3, False, "email", ""),
        ("E2", 3, False, "email", ""),
        ("E3", 4, False, "email", ""),
        ("EMED", 5, True, "email", ""),
    ]
    assert MessageTemplate.objects.filter(language="en").count() == 8
    assert TemplateVersion.objects.count() == 16


@pytest.mark.parametrize("template", default_templates(), ids=lambda text: f"{text.code}-{text.language}")
def test_a_default_template_is_correct_and_agrees_in_number(template: DefaultTemplate) -> None:
    assert check(template.subject) == check(template.body) == []
    singular, plural = fill(template.body, VALUES, 1), fill(template.body, VALUES, 3)
    assert "ACME" in singular or not template.is_formal_notice
    for text, has_many in ((singular, False), (plural, True)):
        assert ("invoices" in text or "factures" in text) == has_many
        assert "- N° 1" in text
        assert "6 400,00 EUR (TTC)" in text
        assert "(s)" not in text


@pytest.mark.parametrize("template", default_templates(), ids=lambda text: f"{text.code}-{text.language}")
def test_a_first_reminder_speaks_of_no_earlier_one(template: DefaultTemplate) -> None:
    text = fill(without_empty_paragraphs(template.body, VALUES), VALUES, 1)
    assert "relance du" not in text
    assert "reminder of" not in text


def test_a_formal_notice_says_so_and_gives_eight_days() -> None:
    notices = [template for template in default_templates() if template.is_formal_notice]
    assert [notice.code for notice in notices] == ["LMED", "EMED"] * 2
    for notice in notices:
        assert "mise en demeure" in notice.body
        assert "huit jours" in notice.body or "eight days" in notice.body
