"""Keep of a minified style sheet only what our pages can use: Tabler is 635 kB, of which they use a tenth.

A selector is kept where all its classes are words of our templates, scripts or Python; a custom property
where something kept reads it; an animation where something kept plays it. What is in doubt is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src" / "encours"
TARGET = SOURCES / "web" / "static" / "web" / "vendor"
TABLER = "tabler-1.6.1.min.css"
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_NOT = re.compile(r":not\([^()]*(?:\([^()]*\)[^()]*)*\)")
_DATA = re.compile(r"\[(data-bs-[\w-]+)")
_GROUPS = ("@media", "@supports", "@layer")


@dataclass(frozen=True, slots=True)
class Rule:
    """A selector, or an at-rule, with what stands between its braces; None where it has none."""

    prelude: str
    body: str | None


def rules(css: str) -> Iterator[Rule]:
    """Yield the rules of one level of a style sheet."""
    start = position = 0
    while position < len(css):
        sign = css[position]
        if sign in "\"'":
            position = _after_string(css, position)
        elif sign == ";":
            yield Rule(css[start:position].strip(), None)
            start = position = position + 1
        elif sign == "{":
            end = _matching(css, position)
            yield Rule(css[start:position].strip(), css[position + 1 : end])
            start = position = end + 1
        else:
            position += 1


def declarations(body: str) -> list[str]:
    """Return the declarations of a rule; a semicolon inside quotes or brackets ends none."""
    return [part for part in _split(body, ";") if part]


def words_of_ours() -> set[str]:
    """Return every word of our templates, scripts and Python: the classes that they name are among them."""
    found: set[str] = {"data-bs-theme"}
    for path in SOURCES.rglob("*"):
        if path.suffix in {".html", ".py", ".js"} and not {"vendor", "locale", "staticfiles"} & set(
            path.parts
        ):
            found.update(re.findall(r"[A-Za-z_][\w-]*", path.read_text(encoding="utf-8")))
    return found


def classes_of(css: str) -> set[str]:
    """Return the classes that a style sheet speaks of."""
    return set(_CLASS.findall(re.sub(r"\{[^{}]*\}", "{}", css)))


def trim(css: str, words: set[str], ours: str) -> str:
    """Return what of a style sheet is kept, for pages that use these words and our own style sheets."""
    kept = _without_unused_properties(_kept(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL), words), ours)
    played = "".join(re.findall(r"animation[^;}]*", kept + ours))
    return "".join(
        _written(rule)
        for rule in rules(kept)
        if not rule.prelude.startswith("@keyframes") or rule.prelude.split()[-1] in played
    )


def write() -> None:
    """Write the trimmed Tabler among the static files."""
    ours = "".join(
        path.read_text(encoding="utf-8")
        for path in sorted(SOURCES.glob("*/static/*/*"))
        if path.suffix in {".css", ".js"}
    )
    whole = (ROOT / "vendor" / TABLER).read_text(encoding="utf-8")
    (TARGET / TABLER).write_text(licence(whole) + trim(whole, words_of_ours(), ours) + "\n", encoding="utf-8")


def licence(css: str) -> str:
    """Return the comment at the head of a style sheet, which names its authors and licence."""
    found = re.match(r"(?:@charset[^;]*;)?\s*(/\*!.*?\*/)", css, re.DOTALL)
    return found.group(1) + "\n" if found else ""


def _kept(css: str, words: set[str]) -> str:
    return "".join(filter(None, (_kept_rule(rule, words) for rule in rules(css))))


def _kept_rule(rule: Rule, words: set[str]) -> str:
    if rule.body is None or rule.prelude.startswith("@keyframes"):
        return _written(rule)
    if rule.prelude.startswith(_GROUPS):
        inside = _kept(rule.body, words)
        return f"{rule.prelude}{{{inside}}}" if inside else ""
    if rule.prelude.startswith("@"):
        return _written(rule)
    selectors = [one for one in _split(rule.prelude, ",") if _is_usable(one, words)]
    return f"{','.join(selectors)}{{{rule.body}}}" if selectors else ""


def _is_usable(selector: str, words: set[str]) -> bool:
    positive = _NOT.sub("", selector)
    return words.issuperset(_CLASS.findall(positive)) and words.issuperset(_DATA.findall(positive))


def _without_unused_properties(css: str, ours: str) -> str:
    while True:
        read = set(re.findall(r"var\(\s*(--[\w-]+)", css + ours))
        trimmed = _only_read(css, read)
        if trimmed == css:
            return css
        css = trimmed


def _only_read(css: str, read: set[str]) -> str:
    parts = []
    for rule in rules(css):
        if rule.body is None or rule.prelude.startswith("@keyframes"):
            parts.append(_written(rule))
        elif rule.prelude.startswith(_GROUPS):
            inside = _only_read(rule.body, read)
            parts.append(f"{rule.prelude}{{{inside}}}" if inside else "")
        else:
            kept = [one for one in declarations(rule.body) if _is_read(one, read)]
            parts.append(f"{rule.prelude}{{{';'.join(kept)}}}" if kept else "")
    return "".join(parts)


def _is_read(declaration: str, read: set[str]) -> bool:
    name = declaration.partition(":")[0].strip()
    return not name.startswith("--") or name in read


def _written(rule: Rule) -> str:
    return f"{rule.prelude};" if rule.body is None else f"{rule.prelude}{{{rule.body}}}"


def _split(text: str, separator: str) -> list[str]:
    parts, start, depth, position = [], 0, 0, 0
    while position < len(text):
        sign = text[position]
        if sign in "\"'":
            position = _after_string(text, position)
            continue
        depth += (sign in "([") - (sign in ")]")
        if sign == separator and not depth:
            parts.append(text[start:position].strip())
            start = position + 1
        position += 1
    return [*parts, text[start:].strip()]


def _matching(css: str, opening: int) -> int:
    depth, position = 0, opening
    while position < len(css):
        sign = css[position]
        if sign in "\"'":
            position = _after_string(css, position)
            continue
        depth += (sign == "{") - (sign == "}")
        if not depth:
            return position
        position += 1
    raise ValueError(f"a brace is not closed: {css[opening : opening + 80]}")


def _after_string(text: str, opening: int) -> int:
    position = opening + 1
    while position < len(text) and text[position] != text[opening]:
        position += 2 if text[position] == "\\" else 1
    return position + 1


if __name__ == "__main__":
    write()
