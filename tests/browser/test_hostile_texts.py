"""Nothing that is typed runs in a page: no dialog, nothing against the content policy, no error of ours.

bin/promises --only injections does it with every text and every page; here it is with our own texts.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator

import pytest
from django.db.models import CharField, Model, TextField
from playwright.sync_api import Dialog, Page
from playwright.sync_api import TimeoutError as Late

from encours.access.models import Role, User
from encours.dunning.models import MessageTemplate, Reminder, Severity
from encours.parties.models import BillingEntity, Customer, DunningContact
from encours.receivables.models import Hold, Invoice, Payment
from tests.browser.conftest import Complaints
from tests.browser.places import play_demonstration, to_open
from tests.browser.test_every_page import PUBLIC, documented
from tests.promises.figures import IS_FULL, record
from tests.promises.texts import SCRIPTS, TEMPLATES, of
from tests.superuser import as_superuser

pytestmark = pytest.mark.promise

HELD: dict[type[Model], tuple[str, ...]] = {
    BillingEntity: ("name", "legal_form", "address1", "city", "phone", "signature", "sender_name"),
    Customer: ("name",),
    DunningContact: ("contact_name", "address1", "address2", "city", "emails"),
    Invoice: ("number",),
    Payment: ("reference", "method"),
    Hold: ("reason",),
    User: ("full_name",),
    MessageTemplate: ("name", "mention", "subject", "body"),
    Severity: ("name",),
    Reminder: ("subject",),
}
"""The texts that people write, or that files bring."""
PAGES_IN_THE_SUITE = 9
"""How many pages are opened, and typed into, at a reduced size: every so many of all."""
REFUSALS = (
    *(f"status of {status}" for status in (400, 403, 404, 409, 422, 429)),
    "does not conform to the required format",
)
FILL = """([at, texts]) => {
    const form = document.forms[at];
    if (!form) return 0;
    const typed = [...form.elements].filter((one) => one.name && !one.disabled && (
        one.tagName === "TEXTAREA" || (one.tagName === "INPUT" && !["hidden", "checkbox", "radio", "submit",
            "button", "file", "image", "color"].includes(one.type))));
    typed.forEach((one, place) => {
        if (one.tagName === "INPUT") { one.type = "text"; one.removeAttribute("maxlength"); }
        one.value = texts[place % texts.length];
    });
    if (typed.length && texts.length) HTMLFormElement.prototype.submit.call(form);
    return typed.length;
}"""
FORMS = """() => [...document.forms].map((form, at) => [at, form])
    .filter(([_at, form]) => form.method === "post" && !/deconnexion/.test(form.action)).map(([at]) => at)"""


def write_everywhere(texts: list[str]) -> None:
    """Put the texts into the rows of the demonstration, past every check of a form."""
    supply = itertools.cycle(texts)
    for model, names in HELD.items():
        fields = {name: model._meta.get_field(name) for name in names}
        for number, row in enumerate(model._default_manager.order_by("pk")):
            changes = {}
            for name, column in fields.items():
                assert isinstance(column, CharField | TextField)
                longest = column.max_length or 2_000
                changes[name] = f"{next(supply)[: longest - 4]}{number}"
            model._default_manager.filter(pk=row.pk).update(**changes)


def batches(texts: list[str], count: int) -> Iterator[list[str]]:
    for start in range(0, len(texts), count):
        yield texts[start : start + count]


class Visitor:
    """Opens pages and sends their forms; counts, and keeps what went wrong."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.opened = self.sent = 0
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
        """Send each form of a page with texts in its fields, until each text was in one."""
        for at in self.page.evaluate(FORMS):
            fields = self.page.evaluate(FILL, [at, []])
            for some in batches(texts, fields or len(texts)):
                if not self.page.evaluate(FILL, [at, []]):
                    break  # what was sent before has left no such form
                self._send(at, some, address)
                if not self.open(address):
                    return

    def _send(self, at: int, texts: list[str], address: str) -> None:
        try:
            with self.page.expect_navigation() as answer:
                self.page.evaluate(FILL, [at, texts])
            self.sent += 1
            if answer.value.status >= 500:
                self.failed.append(f"{answer.value.status} POST {address}: {texts}")
        except Late:
            self.failed.append(f"no answer: POST {address}: {texts}")


def test_no_text_runs_in_any_page_or_form(
    signed_in_page: Callable[..., Page], complaints: Complaints
) -> None:
    play_demonstration()
    complaints.expect(*REFUSALS)
    visitor = Visitor(signed_in_page(Role.ADMINISTRATOR))
    pages = [address for address in to_open(documented()).values() if not address.startswith(PUBLIC)]
    pages = pages if IS_FULL else pages[::PAGES_IN_THE_SUITE]
    texts = of([*SCRIPTS, *TEMPLATES], "blns.json", "ssti.fuzz")
    for some in batches(texts, 60):
        with as_superuser():
            write_everywhere([text for text in some if "\x00" not in text])
        for address in pages:
            visitor.open(address)
    typed = [text for text in texts if re.search("[<>'\"&`]", text)] if IS_FULL else SCRIPTS[:6]
    for address in pages:
        if visitor.open(address):
            visitor.type_everywhere(address, typed)
    assert (visitor.dialogs, visitor.failed) == ([], [])
    assert visitor.sent
    assert complaints.unexpected() == []
    record(
        texts=len(texts),
        pages_opened=visitor.opened,
        forms_sent=visitor.sent,
        dialogs=0,
        violations_of_the_content_policy=0,
        errors_500=0,
    )
