"""No text adds, changes or splits a header of a mail: it is refused, or it is the value of its own header."""

from __future__ import annotations

from collections.abc import Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from encours.core.errors import Refusal
from encours.delivery.wire import why_not_sendable
from encours.dunning.issuing.email import Attachment, EmailDocument, compose
from tests.promises.figures import record
from tests.promises.texts import FORMULAS, HEADERS, SCRIPTS, TEMPLATES, of

pytestmark = pytest.mark.promise

GOOD: dict[str, object] = {
    "sender_name": "Comptabilité",
    "sender_address": "compta@tc.example",
    "to": ("a@b.example",),
    "copies": ("claire@tc.example",),
    "reply_to_name": "Claire",
    "reply_to_address": "claire@tc.example",
    "subject": "Relance",
    "text": "Bonjour",
    "date": "Mon, 16 May 2016 11:22:40 +0200",
    "message_id": "<1@tc.example>",
    "references": ("<0@tc.example>",),
}
NAMED = ("subject", "sender_name", "reply_to_name", "sender_address", "to", "copies", "reply_to_address")
FIELDS = (*NAMED, "text", "filename")


def sent(field: str, text: str) -> EmailMessage | None:
    """Return the message with a text in one field, as who receives it reads it; None if it was refused."""
    value: object = (text,) if isinstance(GOOD.get(field), tuple) else text
    changes = {} if field == "filename" else {field: value}
    attachment = Attachment(text if field == "filename" else "Compte.pdf", b"%PDF-1.7")
    try:
        content = compose(EmailDocument(**{**GOOD, **changes}), [attachment])  # type: ignore[arg-type]
    except Refusal:
        return None
    assert why_not_sendable(content) == "", (field, text)
    received = message_from_bytes(content, policy=policy.default)
    assert isinstance(received, EmailMessage)
    return received


def shape(message: EmailMessage) -> Mapping[str, list[str]]:
    """Return the names of the headers of each part: nothing that is typed may change them."""
    return {str(at): part.keys() for at, part in enumerate(message.walk())}


def test_no_text_in_any_field_of_a_mail_injects_a_header() -> None:
    good = sent("subject", "Relance")
    assert good is not None
    texts = of([*HEADERS, *SCRIPTS, *TEMPLATES, *FORMULAS], "blns.json", "ssti.fuzz")
    composed = refused = 0
    for text in texts:
        for field in FIELDS:
            message = sent(field, text)
            if message is None:
                refused += 1
                continue
            composed += 1
            assert shape(message) == shape(good), (field, text)
            if field == "subject":
                assert "".join(message["Subject"].split()) == "".join(text.split()), text
            if field in {"subject", "text", "filename"}:
                assert (message["To"], message["Cc"]) == (good["To"], good["Cc"])
    record(texts=len(texts), fields=len(FIELDS), composed=composed, refused=refused, injected=0)
