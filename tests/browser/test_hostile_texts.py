"""Nothing that is typed runs in a page: no dialog, nothing against the content policy, no error of ours.

bin/promises --only injections does it with every text and every page; here it is with our own texts.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandlerMixin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from playwright.sync_api import Dialog, Page
from playwright.sync_api import TimeoutError as Late

from encours.access.models import Role
from tests.browser.conftest import Complaints
from tests.browser.hostile import HELD, Writer, sendings
from tests.browser.places import play_demonstration, to_open
from tests.browser.test_every_page import PUBLIC, documented
from tests.promises.figures import IS_FULL, record, size
from tests.promises.texts import SCRIPTS, TEMPLATES, of
from tests.superuser import as_superuser

pytestmark = pytest.mark.promise

PAGES_IN_THE_SUITE = 9
"""How many pages are opened, and typed into, at a reduced size: every so many of all."""
PASSES = size(reduced=1, full=4)
PACKS = size(reduced=1, full=6)
ALONE = size(reduced=2, full=4)
REFUSALS = (
    *(f"status of {status}" for status in (400, 403, 404, 409, 422, 429)),
    "does not conform to the required format",
    "cannot be parsed, or is out of range",  # a text shown again in a field for a number
)
FIELDS = """(form) => [...form.elements].filter((one) => one.name && !one.disabled && (
    one.tagName === "TEXTAREA" || (one.tagName === "INPUT" && !["hidden", "checkbox", "radio", "submit",
        "button", "file", "image", "color"].includes(one.type))))"""
FORMS = f"""() => [...document.forms].map((form) => {{
    const action = form.getAttribute("action") || location.pathname;
    const names = ({FIELDS})(form).map((one) => one.name);
    const leaves = /deconnexion|\\.[a-z]+$/.test(action.split("?")[0]);
    const kind = [form.getAttribute("method") || "get", action.split("?")[0], ...names].join(" ");
    return [kind.replace(/\\d+/g, "0"), leaves ? 0 : names.length];
}})"""
"""Every form: what tells it from others, wherever it stands, and how many fields of it take a text."""
SEND = f"""([at, texts]) => {{
    const form = document.forms[at];
    ({FIELDS})(form).forEach((one, place) => {{
        if (one.tagName === "INPUT") {{ one.type = "text"; one.removeAttribute("maxlength"); }}
        one.value = texts[place % texts.length];
    }});
    HTMLFormElement.prototype.submit.call(form);
}}"""


class Visitor:
    """Opens pages and sends their forms; counts, and keeps what went wrong."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.opened = self.sent = 0
        self.kinds: set[str] = set()
        self.dialogs: list[str] = []
        self.failed: list[str] = []
        page.on("dialog", self._close)

    def _close(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def open(self, address: str) -> bool:
        """Open a page; tell whether there is one for this user."""
        answer = self.page.goto(address, wait_until="load")
        self.opened += 1
        if answer is None or answer.status >= 500:
            self.failed.append(f"{answer and answer.status} {address}")
        return answer is not None and answer.status < 400

    def type_everywhere(self, address: str, texts: list[str]) -> None:
        """Send each form of a page that was not sent before with texts in all its fields."""
        for kind, fields in self.page.evaluate(FORMS):
            if not fields or kind in self.kinds:
                continue
            self.kinds.add(kind)
            is_address = kind.startswith("get ")
            for some in sendings(texts, fields, packs=PACKS, alone=ALONE, is_address=is_address):
                if not self._send(kind, some, address):
                    break  # what was sent before has left no such form
            self.open(address)

    def _send(self, kind: str, texts: list[str], address: str) -> bool:
        """Send the form from the page that came last if it is there too; tell whether it was found."""
        at = self._place(kind)
        if at is None:
            at = self._place(kind) if self.open(address) else None
        if at is None:
            return False
        try:
            with self.page.expect_navigation() as answer:
                self.page.evaluate(SEND, [at, texts])
            self.sent += 1
            if answer.value.status >= 500:
                self.failed.append(f"{answer.value.status} {kind} of {address}: {texts}")
        except Late:
            self.failed.append(f"no answer: {kind} of {address}: {texts}")
        return True

    def _place(self, kind: str) -> int | None:
        kinds = [found for found, _fields in self.page.evaluate(FORMS)]
        return kinds.index(kind) if kind in kinds else None


@pytest.fixture
def static_files_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the browser ask for scripts and style sheets once, not with every page."""
    serve = StaticFilesHandlerMixin.serve

    def kept(handler: StaticFilesHandlerMixin, request: HttpRequest) -> HttpResponseBase:
        answer: HttpResponseBase = serve(handler, request)
        answer["Cache-Control"] = "max-age=3600"
        return answer

    monkeypatch.setattr(StaticFilesHandlerMixin, "serve", kept)


def teller(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Return what says on the real stderr, at full size, how far one is."""
    start = time.monotonic()

    def tell(text: str) -> None:
        if IS_FULL:
            with capsys.disabled():
                print(f"  {time.monotonic() - start:5.0f} s  {text}", file=sys.stderr, flush=True)

    return tell


@pytest.mark.usefixtures("static_files_are_kept")
def test_no_text_runs_in_any_page_or_form(
    signed_in_page: Callable[..., Page], complaints: Complaints, capsys: pytest.CaptureFixture[str]
) -> None:
    tell = teller(capsys)
    play_demonstration()
    complaints.expect(*REFUSALS)
    visitor = Visitor(signed_in_page(Role.ADMINISTRATOR))
    pages = [address for address in to_open(documented()).values() if not address.startswith(PUBLIC)]
    pages = pages if IS_FULL else pages[::PAGES_IN_THE_SUITE]
    texts = of([*SCRIPTS, *TEMPLATES], "blns.json", "ssti.fuzz")
    writer = Writer([text for text in texts if "\x00" not in text])

    def wrong() -> list[str]:
        return [*visitor.dialogs, *visitor.failed, *complaints.unexpected()]

    for number in range(PASSES):
        with as_superuser():
            writer.write()
        for address in pages:
            visitor.open(address)
        tell(f"pass {number + 1} of {PASSES}: every page opened, wrong: {wrong()[-3:]}")
    typed = [text for text in texts if re.search("[<>'\"&`]", text)] if IS_FULL else SCRIPTS[:6]
    for number, address in enumerate(pages):
        if visitor.open(address):
            visitor.type_everywhere(address, typed)
        tell(f"page {number + 1} of {len(pages)}: {visitor.sent} forms sent, wrong: {wrong()[-2:]}")
    assert (visitor.dialogs, visitor.failed) == ([], [])
    assert visitor.sent
    assert complaints.unexpected() == []
    record(
        texts=len(texts),
        fields_of_tables_written=sum(len(names) for names in HELD.values()),
        texts_written_into_each_at_least=writer.fewest(),
        pages_opened=visitor.opened,
        forms=len(visitor.kinds),
        forms_sent=visitor.sent,
        texts_typed_into_each_of_their_fields=len(typed),
        dialogs=0,
        violations_of_the_content_policy=0,
        errors_500=0,
    )
