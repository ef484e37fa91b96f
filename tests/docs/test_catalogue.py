"""The English of the interface is complete: see CONTRIBUTING.md; bin/messages names what is missing."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import read_mo

from tests import messages


def test_the_catalogue_has_every_text_of_the_code_and_no_other() -> None:
    in_code = {(text.context, text.text) for text in messages.texts()}
    in_catalogue = {(text.context, messages.forms_of(text.id)[0]) for text in messages.read() if text.id}
    assert in_code - in_catalogue == set(), "run bin/messages, translate, run it again"
    assert in_catalogue - in_code == set(), "run bin/messages"
    assert not messages.read().obsolete


def test_every_text_has_its_english_with_the_same_placeholders() -> None:
    assert [problem for text in messages.read() if text.id for problem in messages.problems(text)] == []


def test_what_is_compiled_is_what_is_written() -> None:
    with messages.MO.open("rb") as file:
        compiled = read_mo(file)
    written = messages.read()
    assert {_pair(text) for text in compiled if text.id} == {_pair(text) for text in written if text.id}


def _pair(text: Message) -> tuple[object, ...]:
    context = text.context.decode() if isinstance(text.context, bytes) else text.context  # as a .mo has it
    return context, *messages.forms_of(text.id), *messages.forms_of(text.string)


@pytest.mark.parametrize(
    ("string", "problem"),
    [
        ("", "not translated: %(n)s factures à «\u00a0%(name)s\u00a0»"),
        ("%(n)s invoices", "placeholders differ: "),
        ("%(n)s invoices of «\u00a0%(name)s\u00a0»", "French punctuation: "),
    ],
)
def test_a_wrong_translation_is_named(string: str, problem: str) -> None:
    [found] = messages.problems(Message("%(n)s factures à «\u00a0%(name)s\u00a0»", string))
    assert found.startswith(problem)


def test_texts_are_found_in_calls_whatever_their_form() -> None:
    code = "_('a'); ngettext('b', 'c', 2); pgettext('where', 'd'); f\"{say('e', n=1)}\"; _(name)"
    found = list(messages.in_python(code, "x.py"))
    assert [(text.context, text.text, text.plural) for text in found] == [
        (None, "a", None), (None, "b", "c"), ("where", "d", None), (None, "e", None)
    ]  # fmt: skip
    with pytest.raises(ValueError, match=r"x.py:1: what is translated must be written there"):
        list(messages.in_python("_(f'{name} est pris')", "x.py"))


def test_texts_are_found_in_templates_whatever_their_form() -> None:
    template = (
        "{% translate 'a (b)' %}{% blocktranslate count n=many %}un {{ n }}{% plural %}des {{ n }}"
        "{% endblocktranslate %}<p class=\"{% if it's %}x{% endif %}\">l'encours {{ _('c')|upper }}</p>"
        '{% translate "De" context "dates" %}'
    )
    found = list(messages.in_template(template, "x.html"))
    assert [(text.context, text.text, text.plural) for text in found] == [
        (None, "a (b)", None), (None, "un %(n)s", "des %(n)s"), (None, "c", None), ("dates", "De", None)
    ]  # fmt: skip
