"""Read what mail servers say of a message afterwards: a delivery-status report (RFC 3464), or its cousins.

The cousins are reports without the outer ``multipart/report``, with the fields in plain text, and those of
Exim and qmail, which are prose. What is none of these is no report: an answer, a receipt, an advertisement.
"""

from __future__ import annotations

import base64
import binascii
import email
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum

from encours.core.bounce_causes import Cause, cause_of

MAX_BYTES = 512_000
"""How much of a report is read: what it says comes first, the message that it returns follows."""
MAX_PARTS = 100
MAX_RECIPIENTS = 100
MAX_WORDS = 500


class Action(StrEnum):
    """What became of a message for one recipient (RFC 3464 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


@dataclass(frozen=True, slots=True)
class RecipientReport:
    """What became of a message for one recipient.

    ``addresses`` are those under which the report knows him, the original one first.
    """

    addresses: tuple[str, ...]
    action: Action
    status: str = ""
    words: str = ""
    cause: Cause = Cause.ADDRESS

    @property
    def reason(self) -> str:
        """Return the status code and the server's own words: «5.1.1 User unknown»."""
        return f"{self.status} {self.words}".strip()


@dataclass(frozen=True, slots=True)
class Report:
    """A report: the Message-IDs that it returns, those that it answers to, and one line per recipient.

    ``identity`` is the same for the same report however it came: by file, by IMAP, with other line ends.
    """

    returned_ids: tuple[str, ...]
    answered_ids: tuple[str, ...]
    recipients: tuple[RecipientReport, ...]
    identity: str


def read_report(raw: bytes) -> Report | None:
    """Return what a message reports, or None if it is no report; never raises, whatever the bytes."""
    raw = _without_envelope_line(raw[:MAX_BYTES])
    if len(_NESTING.findall(raw)) > MAX_PARTS:
        return None
    try:
        message = email.message_from_bytes(raw)
        parts = list(message.walk())
    except RecursionError:
        return None
    recipients = tuple(_recipients(message, parts))[:MAX_RECIPIENTS]
    if not recipients:
        return None
    returned = tuple(dict.fromkeys(_returned_ids(message, parts)))
    answered = _ids(f"{_header(message, 'In-Reply-To')} {_header(message, 'References')}")
    own = (_header(message, "Message-ID"), _header(message, "Date"), returned, answered, recipients)
    return Report(returned, answered, recipients, hashlib.sha256(repr(own).encode()).hexdigest())


_NESTING = re.compile(rb"(?i)boundary|message/(?:rfc822|global)\b")
_ID = re.compile(r"<[^<>\s\x00-\x1f\x7f]{1,250}>")
_ID_LINE = re.compile(r"(?im)^[> \t]*Message-ID:\s*(<[^<>\s\x00-\x1f\x7f]{1,250}>)")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_ADDRESS = re.compile(r"[^\s<>\"(),;:\x00-\x1f\x7f]{1,64}@[^\s<>\"(),;:\x00-\x1f\x7f]{1,255}")
_RECIPIENT_FIELDS = ("original-recipient", "final-recipient")


def _without_envelope_line(raw: bytes) -> bytes:
    """Drop the «From » line that mailbox files and pipes put first."""
    return raw.partition(b"\n")[2] if raw.startswith((b"From ", b">From ")) else raw


def _recipients(message: Message, parts: list[Message]) -> Iterator[RecipientReport]:
    """Yield what is said of each recipient, by the surest form that is there."""
    statuses = [part for part in parts if part.get_content_type() in _STATUS_TYPES]
    texts = [_text(part) for part in statuses]
    found = [one for text in texts for one in _from_fields(text)]
    if not found:
        prose = [_text(part) for part in parts if _is_prose(part)]
        found = [one for text in prose for one in _from_fields(text)]
        failed = tuple(_ADDRESS.findall(_header(message, "X-Failed-Recipients")))
        found = found or [one for text in prose[:1] for one in _from_prose(text, failed)]
        found = found or [RecipientReport((address,), Action.FAILED) for address in failed]
    yield from found


_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})


def _is_prose(part: Message) -> bool:
    return part.get_content_maintype() == "text" and part.get_content_type() != "text/rfc822-headers"


def _from_fields(text: str) -> Iterator[RecipientReport]:
    """Yield a line per group of fields that names a recipient (RFC 3464 2.3)."""
    for group in _groups(text):
        named = [_after_type(group[name]) for name in _RECIPIENT_FIELDS if group.get(name)]
        addresses = tuple(dict.fromkeys(address for text in named for address in _ADDRESS.findall(text)))
        words = _one_line(_after_type(group.get("diagnostic-code", "")))
        status = _status_in(group.get("status", "")) or _status_in(words)
        action = _action(group.get("action", ""), status)
        if addresses and action is not None:
            cause = cause_of(_status_in(words) or status, words[:3])
            yield RecipientReport(addresses, action, status, _without_codes(words, status), cause)


def _groups(text: str) -> Iterator[dict[str, str]]:
    """Yield groups of fields, lower-cased names: a blank line or a second recipient begins another."""
    group: dict[str, str] = {}
    unfolded = re.sub(r"\n[ \t]+(?=\S)", " ", text.replace("\r", ""))
    for line in unfolded.split("\n"):
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if group and (not line.strip() or (name in _RECIPIENT_FIELDS and name in group)):
            yield group
            group = {}
        if colon and name:
            group.setdefault(name, value.strip())
    yield group


def _action(word: str, status: str) -> Action | None:
    first = word.split()[0].lower() if word.split() else ""
    if first in set(Action):
        return Action(first)
    if first:
        return None
    return {"2": Action.DELIVERED, "5": Action.FAILED}.get(status[:1])


def _from_prose(text: str, failed: tuple[str, ...]) -> Iterator[RecipientReport]:
    """Yield what Exim says of ``failed`` («  a@b», then why), or qmail of its own («<a@b>:», then why)."""
    text = text.replace("\r", "")
    if text.lstrip().startswith("Hi. This is the"):
        paragraphs = re.split(r"\n\s*\n", text.partition("\n--- ")[0])
        for paragraph in paragraphs:
            first, _break, why = paragraph.strip().partition("\n")
            if named := re.fullmatch(r"<([^<>\s]+@[^<>\s]+)>:", first.strip()):
                yield _prose_report(named[1], why)
        return
    for address in failed:
        lines = re.search(rf"(?m)^[ \t]*<?{re.escape(address)}>?:?[ \t]*\n((?:[ \t]+\S.*\n?)*)", text)
        yield _prose_report(address, lines[1] if lines else "")


def _prose_report(address: str, why: str) -> RecipientReport:
    words = _one_line(why)
    status = _status_in(words)
    reply = re.search(r"\b[45]\d\d[ -]", words)
    said = words[reply.start() :] if reply else words
    cause = cause_of(status, said[:3])
    return RecipientReport((address,), Action.FAILED, status, _without_codes(said, status), cause)


def _returned_ids(message: Message, parts: list[Message]) -> Iterator[str]:
    """Yield every Message-ID but the report's own: of the returned message, of its headers, or of a copy."""
    for part in parts:
        if part is message:
            if not part.is_multipart():
                yield from _ID_LINE.findall(_text(part))
            continue
        yield from _ids(_header(part, "Message-ID"))
        if not part.is_multipart() and part.get_content_maintype() in {"text", "message"}:
            text = _text(part)
            yield from _ID_LINE.findall(text) or _ID_LINE.findall(_decoded(text))


def _text(part: Message) -> str:
    """Return the text of a part; a delivery status comes parsed into blocks, or still encoded."""
    payload = part.get_payload()
    if isinstance(payload, list):
        blocks = [_block(one) for one in payload if isinstance(one, Message)]
        return "\n\n".join(blocks) + "\n\n" + _decoded("".join(blocks))
    content = part.get_payload(decode=True)
    return _readable(content) if isinstance(content, bytes) else ""


def _block(one: Message) -> str:
    fields = [f"{name}: {_header_text(value)}" for name, value in one.raw_items()]
    rest = one.get_payload()
    return "\n".join([*fields, _header_text(rest) if isinstance(rest, str) else ""]).strip("\n")


def _decoded(text: str) -> str:
    """Return what a block in base64 says, where a server encoded what must not be."""
    packed = "".join(text.split())
    if ":" in packed or not packed:
        return ""
    try:
        return _readable(base64.b64decode(packed, validate=True))
    except (binascii.Error, ValueError):
        return ""


def _header(message: Message, name: str) -> str:
    """Return the first header of that name as it came: its bytes may be in any character set."""
    values = (value for key, value in message.raw_items() if key.lower() == name.lower())
    return _header_text(next(values, ""))


def _header_text(value: object) -> str:
    return _readable(str(value).encode("utf-8", "surrogateescape"))


def _readable(content: bytes) -> str:
    """Return bytes of an unknown character set as text: UTF-8, else what Windows writes."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _ids(text: str) -> tuple[str, ...]:
    return tuple(_ID.findall(text))


def _after_type(value: str) -> str:
    """Return a value without the type that precedes it: «rfc822; a@b», «smtp; 550 …»."""
    head, semicolon, rest = value.partition(";")
    return rest.strip() if semicolon and re.fullmatch(r"\s*[\w-]+\s*", head) else value.strip()


def _status_in(text: str) -> str:
    found = _STATUS.search(text)
    return found[1] if found else ""


def _without_codes(words: str, status: str) -> str:
    """Return the server's words without the reply code and the status that stand before them."""
    words = re.sub(r"^[245]\d\d[ -]+", "", words)
    return words.removeprefix(status).lstrip(" -:") if status else words


def _one_line(text: str) -> str:
    """Return hostile text on one printable line of bounded length."""
    words = " ".join(text.split())
    clean = "".join(char if char.isprintable() else "\ufffd" for char in words)
    return clean if len(clean) <= MAX_WORDS else clean[: MAX_WORDS - 1] + "…"
