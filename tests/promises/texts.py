"""The texts that break software: a list of our own, and those beside a checkout where they are."""

from __future__ import annotations

import json
from pathlib import Path

from tests.promises.figures import IS_FULL
from tests.samples import find_samples

SCRIPTS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</title></style></script><script>alert(1)</script>",
    "javascript:alert(1)",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href='javascript:alert(1)' autofocus onfocus=alert(1)>x</a>",
    "<math><mi xlink:href='javascript:alert(1)'>x",
    "<base href='//127.0.0.1:9/'><style>*{background:url(//127.0.0.1:9/x)}</style>",
    "\u2028<img src=x onerror=alert(1)>\u202e",
    "{{constructor.constructor('alert(1)')()}}",
    "<div hx-get='/' hx-trigger=load hx-on::load='alert(1)'>",
    "-->'-alert(1)-'\"-alert(1)-\"`-alert(1)-`",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]
TEMPLATES = [
    "{{7*7}}", "{{ settings.SECRET_KEY }}", "{% debug %}", "{% load log %}", "${7*7}", "#{7*7}", "<%= 7*7 %>",
    "*{7*7}", "@(7*7)", "{{''.__class__.__mro__}}", "{0.__class__}", "%(name)s", "#read(\"/etc/passwd\")",
    "#panic()", "$x^2$", "`id`", "$(id)", "{php}echo 1;{/php}",
]  # fmt: skip
FORMULAS = [
    "=1+1", "+1+1", "-1-1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "=cmd|' /C calc'!A0", " =1+1",
    "=HYPERLINK(\"http://127.0.0.1:9\")", "=DDE(\"x\";\"y\";\"z\")", "＝1+1", "=WEBSERVICE(\"http://127.0.0.1:9\")",
    "'=1+1", "{=1+1}", "=IMPORTXML(A1;\"x\")", "1e9", "0x1F", "TRUE", "=\u00a01+1",
]  # fmt: skip
HEADERS = [
    f"Relance{line}{header}"
    for line in ("\r\n", "\n", "\r", "\u2028", "\u2029", "\x85", "\v", "\f", "\x00", "\r\n ", "\n\t")
    for header in ("Bcc: x@example.org", "Content-Type: text/html", "\r\n\r\n<script>alert(1)</script>")
] + [
    "=?utf-8?q?a=0d=0aBcc:_x=40example.org?=", "a\"; x=\"y", "<x@example.org>",
    "x@example.org, y@example.org", "Relance%0d%0aBcc: x@example.org",
    "a\\\r\nb", "\u202eevil", "é" * 240, "x" * 240, ": ;,<>()[]\\\"", ".\r\n.\r\nMAIL FROM:<x@example.org>",
]  # fmt: skip


def strings_of(path: Path) -> list[str]:
    """Return the strings of a sample file, those of a list in JSON or one a line."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix != ".json":
        return [line for line in text.split("\n") if line.strip()]
    return [each for each in json.loads(text) if each.strip()]


def samples(name: str) -> list[str]:
    """Return the strings of the sample file of that name, none where there is no such file."""
    return [text for path in find_samples(f"hostile/text/{name}") for text in strings_of(path)]


def of(own: list[str], *names: str) -> list[str]:
    """Return our own list and, at full size, the samples of these names."""
    return list(dict.fromkeys([*own, *(text for name in names if IS_FULL for text in samples(name))]))
