"""The style sheet that is served has every class of Tabler's that a page uses."""

from __future__ import annotations

import re

from vendor import trim


def used_in_templates() -> set[str]:
    """Return the words of every class attribute of the templates."""
    found: set[str] = set()
    for path in trim.SOURCES.rglob("*.html"):
        for value in re.findall(r'class="([^"]*)"', path.read_text(encoding="utf-8")):
            found.update(re.sub(r"{[{%].*?[}%]}", " ", value).split())
    return found


def test_no_page_uses_a_class_that_was_trimmed_away() -> None:
    whole = (trim.ROOT / "vendor" / trim.TABLER).read_text(encoding="utf-8")
    served = (trim.TARGET / trim.TABLER).read_text(encoding="utf-8")
    lost = used_in_templates() & trim.classes_of(whole) - trim.classes_of(served)
    assert not lost, f"run `python3 -m vendor.trim`: it leaves out {sorted(lost)}"


def test_what_nothing_uses_is_left_out_and_what_is_read_stays() -> None:
    css = (
        ':root{--a:1;--b:var(--a);--c:"};"}.used:not(.other){color:var(--b)}.unused{color:red}'
        ".unused,.used>a{margin:0}@media print{.unused{margin:0}}@media (x){.used{margin:0}}"
        "@keyframes turn{to{margin:0}}@keyframes spin{to{margin:0}}.used{animation:spin 1s}"
    )
    assert trim.trim(css, {"used"}, "") == (
        ":root{--a:1;--b:var(--a)}.used:not(.other){color:var(--b)}.used>a{margin:0}"
        "@media (x){.used{margin:0}}@keyframes spin{to{margin:0}}.used{animation:spin 1s}"
    )
