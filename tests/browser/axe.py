"""Ask axe-core whether everyone can use a page: WCAG 2.2, levels A and AA.

The script is run by the browser's debugger, which our content policy does not bind: nothing of it is relaxed.
An open menu covers what is below it on purpose: then the menu alone is asked about.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from playwright.sync_api import Page

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
COLOURS = ("color-contrast", "link-in-text-block")
"""The rules that a theme changes."""
RUN = """async ([tags, rules, most]) => {
    const menu = document.querySelector("details.menu[open]");
    const options = {
        runOnly: rules.length ? {type: "rule", values: rules} : {type: "tag", values: tags},
        resultTypes: ["violations"],
        iframes: false,
    };
    if (!rules.length) options.rules = {"target-size": {enabled: true}};
    const answer = await axe.run(menu || document, options);
    return answer.violations.flatMap((one) => one.nodes.slice(0, most).map((node) => {
        const why = node.failureSummary.split("\\n").slice(1).join(" ").trim();
        return `${one.id}: ${node.target.join(" ")}: ${why.slice(0, 240)}`;
    }));
}"""
SHOWN_NODES = 3


@cache
def _source() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, *rules: str) -> list[str]:
    """Return what is wrong with the page by these rules, or by all of them: a line for each element."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_source())
    found: list[str] = page.evaluate(RUN, [list(TAGS), list(rules), SHOWN_NODES])
    return found
