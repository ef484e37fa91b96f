"""A template is checked when it is saved, and filled in one pass."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from encours.core.placeholders import (
    NAMES,
    Flaw,
    InvoiceList,
    Paragraph,
    Problem,
    check,
    fill,
    fill_blocks,
    without_empty_paragraphs,
    without_placeholders,
)

VALUES = {name: f"<{name}>" for name in NAMES}


def test_every_name_is_filled_and_nothing_else_is_special() -> None:
    text = "".join(f"{{{name}}} " for name in NAMES)
    assert fill(text, VALUES, 1) == "".join(f"<{name}> " for name in NAMES)
    strange = "{{ 7*7 }} ${x} %s %(client)s {0} {} {client.__class__} {client!r} {% if %} [a|b] | ]] {Client}"
    assert fill(strange, VALUES, 2) == strange


def test_the_form_is_chosen_by_the_number_of_invoices() -> None:
    text = "[[la facture|les {nombre} factures]] [[est due|sont dues]][[|s]]"
    assert fill(text, VALUES, 1) == "la facture est due"
    assert fill(text, VALUES, 2) == "les <nombre> factures sont duess"


@given(st.text(alphabet="{}[]|acdeilnt client total", max_size=40), st.integers(1, 3))
def test_a_value_is_never_read_as_a_placeholder(value: str, count: int) -> None:
    assert fill("a {client} b", {"client": value}, count) == f"a {value} b"
    nasty = f"{value}{{total}}[[x|y]]"
    assert fill("{client}", {"client": nasty, "total": "BAD"}, count) == nasty
    assert fill_blocks("«{client}»", {"client": nasty}, count) == (Paragraph(f"«{nasty}»"),)


@given(st.text(alphabet="{}[]|acdeilnt \n", max_size=60), st.integers(1, 3))
def test_a_value_prepared_for_editing_is_not_read_by_a_later_filling(value: str, count: int) -> None:
    prepared = without_placeholders(f"{value}{{total}}{{factures}}[[a|b]]")
    assert fill(prepared, VALUES, count) == prepared
    assert InvoiceList() not in fill_blocks(prepared, VALUES, count)
    assert prepared.replace("\u2060", "") == f"{value}{{total}}{{factures}}[[a|b]]"


def test_the_invoice_list_parts_the_text_into_blocks() -> None:
    text = "Bonjour {contact},\n\nSauf erreur :\n{factures}\n\nMerci.\nBien à vous\n \n\n"
    assert fill_blocks(text, VALUES, 1) == (
        Paragraph("Bonjour <contact>,"),
        Paragraph("Sauf erreur :"),
        InvoiceList(),
        Paragraph("Merci.\nBien à vous"),
    )


def test_an_unknown_name_is_told_with_its_line_and_the_nearest_one() -> None:
    assert check("Bonjour {contact},\n\n{clinet} doit {Total} et {jours de retard}") == [
        Problem(Flaw.UNKNOWN, 3, "{clinet}", "client"),
        Problem(Flaw.UNKNOWN, 3, "{Total}", "total"),
        Problem(Flaw.UNKNOWN, 3, "{jours de retard}", "jours_de_retard_max"),
    ]


def test_a_form_without_its_two_sides_is_told() -> None:
    assert check("ok [[a|b]]\n[[une seule]]\n[[a|b|c]]\n[[jamais fermé") == [
        Problem(Flaw.NOT_TWO_FORMS, 2, "[[une seule]]"),
        Problem(Flaw.NOT_TWO_FORMS, 3, "[[a|b|c]]"),
        Problem(Flaw.NOT_CLOSED, 4, "[[jamais fermé"),
    ]


def test_an_unknown_name_inside_a_form_is_told_too() -> None:
    assert check("[[{client}|{cliant}]]") == [Problem(Flaw.UNKNOWN, 1, "{cliant}", "client")]


@given(st.text(alphabet="{}[]|ab\nclient", max_size=60))
def test_a_template_without_problem_is_filled_completely(text: str) -> None:
    if not check(text):
        filled = fill(text, dict.fromkeys(NAMES, ""), 1)
        assert "[[" not in filled or "]]" not in filled[filled.index("[[") :]


def test_a_paragraph_that_speaks_of_what_is_not_there_is_left_out() -> None:
    text = "Bonjour,\n\nNotre relance du {derniere_relance}.\n\n{iban}\nsuite {total}\n\nFin {client}\n"
    some = {**VALUES, "derniere_relance": "", "client": ""}
    assert without_empty_paragraphs(text, some) == "Bonjour,\n\n{iban}\nsuite {total}\n\nFin {client}"
    assert without_empty_paragraphs(text, VALUES) == text.rstrip("\n")
