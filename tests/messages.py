"""Keep the English catalogue up to date with the French texts of the code, with nothing but Python.

Usage: python -m tests.messages (run by bin/messages)
"""

from __future__ import annotations

import ast
import datetime as dt
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parent.parent / "src" / "encours"
PO = SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")

FUNCTIONS = {
    "_": "t",
    "say": "t",
    "marked": "t",
    "gettext": "t",
    "gettext_lazy": "t",
    "gettext_noop": "t",
    "ngettext": "tp",
    "ngettext_lazy": "tp",
    "pgettext": "ct",
    "pgettext_lazy": "ct",
    "npgettext": "ctp",
}
"""What each argument of a function is: its context (c), its text (t) or its plural (p)."""
CALL = re.compile(r"""(?<!\w)(_|n?p?gettext)\((?=\s*u?['"])""")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?\w+>")
DATE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
"""What the header says instead of the clock: the same texts make the same file."""
HEADER = "# The English of the interface. Update it with bin/messages."


@dataclass(frozen=True, slots=True)
class Text:
    """One text of the code: what to translate, and where it stands."""

    text: str
    plural: str | None
    context: str | None
    place: str

    @property
    def key(self) -> str | tuple[str, str]:
        """The text as a catalogue knows it."""
        return (self.text, self.plural) if self.plural else self.text


def texts() -> Iterator[Text]:
    """Yield every text of the Python files and of the templates, by file."""
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from in_python(path.read_text(), _place(path))
    for path in sorted(SOURCE.rglob("templates/**/*.html")):
        yield from in_template(path.read_text(), _place(path))


def in_python(code: str, place: str) -> Iterator[Text]:
    """Yield the texts of the calls of Python code, in its order."""
    yield from _calls(ast.parse(code), place)


def in_template(template: str, place: str) -> Iterator[Text]:
    """Yield the texts of a template, which Django turns into calls between what is left of the rest."""
    code = templatize(template, origin=place)
    for found in CALL.finditer(code):
        yield from _calls(ast.parse(_call_at(code, found.start())), place)


def _call_at(code: str, start: int) -> str:
    """Return the call of a function that starts there: up to the parenthesis that closes it."""
    end = start
    while (end := code.find(")", end)) >= 0:
        end += 1
        try:
            ast.parse(code[start:end])
        except SyntaxError:
            continue
        return code[start:end]
    raise ValueError(f"no end of {code[start : start + 80]}")


def _calls(tree: ast.AST, place: str) -> Iterator[Text]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _call(node, place)


def _call(node: ast.Call, place: str) -> Iterator[Text]:
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    kinds = FUNCTIONS.get(name, "")
    given = {kind: _literal(argument, place) for kind, argument in zip(kinds, node.args, strict=False)}
    if text := given.get("t"):
        yield Text(text, given.get("p"), given.get("c"), place)


def _literal(node: ast.expr, place: str) -> str | None:
    """Return a text, or nothing for a name whose text is marked elsewhere."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr | ast.BinOp):
        raise ValueError(f"{place}:{node.lineno}: what is translated must be written there as it is")
    return None


def _place(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def catalogue(known: Catalog) -> Catalog:
    """Return the texts of the code with the translations that are known of them; nothing else is kept."""
    current = _empty()
    for text in sorted(texts(), key=lambda each: (each.text, each.plural or "")):
        said = known.get(text.text, text.context)
        is_same = said is not None and said.id == text.key
        current.add(text.key, said.string if said and is_same else None, context=text.context)
    return current


def read() -> Catalog:
    """Return the catalogue as it is kept."""
    if not PO.exists():
        return _empty()
    with PO.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def write(current: Catalog) -> None:
    """Keep a catalogue, as text and compiled."""
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, current, width=110, no_location=True, sort_output=True)
    with MO.open("wb") as file:
        write_mo(file, current)


def problems(message: Message) -> Iterator[str]:
    """Yield what is wrong with a translation, in words."""
    french = forms_of(message.id)
    english = forms_of(message.string)
    if message.fuzzy:
        yield f"fuzzy: {french[0]}"
    if len(english) != len(french) or not all(english):
        yield f"not translated: {french[0]}"
        return
    for original, translation in zip(french, english, strict=True):
        if sorted(PLACEHOLDER.findall(original)) != sorted(PLACEHOLDER.findall(translation)):
            yield f"placeholders differ: {original} / {translation}"
        if re.search("[«»\u00a0\u202f]", translation):
            yield f"French punctuation: {translation}"


def forms_of(text: str | Sequence[str | None] | None) -> list[str]:
    """Return the forms of a text, one or two; a missing one is empty."""
    return [text or ""] if text is None or isinstance(text, str) else [form or "" for form in text]


def _empty() -> Catalog:
    return Catalog(
        locale="en",
        header_comment=HEADER,
        project="encours",
        version="0",
        msgid_bugs_address="",
        last_translator="",
        language_team="",
        creation_date=DATE,
        revision_date=DATE,
        fuzzy=False,
    )


def main() -> None:
    """Write the catalogue anew; say what remains to be translated."""
    settings.configure()
    current = catalogue(read())
    write(current)
    wrong = [problem for message in current if message.id for problem in problems(message)]
    print("\n".join(wrong) or f"{len(current)} texts are translated.")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
