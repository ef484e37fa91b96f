"""A delivery-status report is understood as servers really write them, and nothing else is one."""

from __future__ import annotations

import base64

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from encours.core.bounce_causes import Cause
from encours.core.delivery_reports import MAX_BYTES, Action, RecipientReport, Report, read_report
from tests.delivery.reports import (
    ANSWER,
    EXIM,
    FIELDS,
    QMAIL,
    RECEIPT,
    RECIPIENT,
    TEXT_ONLY,
    dsn,
)

ID = "<relance.0123@top.example>"
UNKNOWN = RecipientReport(("compta@client.example",), Action.FAILED, "5.1.1", "User unknown")


def read(raw: str | bytes) -> Report:
    report = read_report(raw.encode("latin-1") if isinstance(raw, str) else raw)
    assert report is not None
    return report


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
def test_a_conforming_report_gives_the_message_the_recipient_and_the_words_of_the_server(
    returned: str,
) -> None:
    report = read(dsn(returned=returned))
    assert report.returned_ids == (ID,)
    assert report.recipients == (UNKNOWN,)
    assert report.recipients[0].reason == "5.1.1 User unknown"


def test_line_ends_and_the_line_of_a_mailbox_file_do_not_change_a_report() -> None:
    text = dsn()
    with_crlf = text.replace("\n", "\r\n")
    assert read(text) == read(with_crlf) == read("From MAILER-DAEMON Mon May 16 11:30:00 2016\n" + text)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            f"Original-Recipient: rfc822;{RECIPIENT}\nFinal-Recipient: rfc822; autre@client.example\n"
            "Action: failed\nStatus: 5.2.2 (mailbox full)\nDiagnostic-Code: smtp; 552 5.2.2 Over quota",
            RecipientReport(
                ("compta@client.example", "autre@client.example"),
                Action.FAILED,
                "5.2.2",
                "Over quota",
                Cause.MAILBOX_FULL,
            ),
        ),
        (
            "Final-Recipient: RFC822;<compta@client.example>\naction: Failed\nstatus: 5.1.1\n"
            "Diagnostic-Code: smtp;\n 550 5.1.1\n   User unknown",
            UNKNOWN,
        ),
        (
            f"Final-Recipient: {RECIPIENT}\nAction: failed\nDiagnostic-Code: X-Notes; 550-5.1.1 User unknown",
            UNKNOWN,
        ),
        (
            f"Final-Recipient: rfc822;{RECIPIENT}\nAction: delayed\nStatus: 4.4.1\nWill-Retry-Until: demain",
            RecipientReport(("compta@client.example",), Action.DELAYED, "4.4.1", cause=Cause.NETWORK),
        ),
        (
            f"Final-Recipient: rfc822;{RECIPIENT}\nAction: relayed (to an old system)\nStatus: 2.0.0",
            RecipientReport(("compta@client.example",), Action.RELAYED, "2.0.0"),
        ),
        (
            f"Final-Recipient: rfc822;{RECIPIENT}\nStatus: 5.0.0\nDiagnostic-Code: smtp; bo\u00eete inconnue",
            RecipientReport(("compta@client.example",), Action.FAILED, "5.0.0", "boîte inconnue"),
        ),
    ],
)
def test_fields_are_read_as_servers_really_write_them(fields: str, expected: RecipientReport) -> None:
    assert read(dsn(fields)).recipients == (expected,)


def test_several_recipients_are_told_apart_with_or_without_a_blank_line() -> None:
    one = "Final-Recipient: rfc822;{}@client.example\nAction: {}\nStatus: {}"
    groups = [one.format("a", "failed", "5.1.1"), one.format("b", "delivered", "2.1.5")]
    for separator in ("\n\n", "\n"):
        found = read(dsn(separator.join(groups))).recipients
        assert [(r.addresses[0], r.action) for r in found] == [
            ("a@client.example", Action.FAILED),
            ("b@client.example", Action.DELIVERED),
        ]


def test_a_report_whose_parts_a_server_encoded_is_read_all_the_same() -> None:
    packed = base64.encodebytes(f"Reporting-MTA: dns; mx\n\n{FIELDS}".encode()).decode()
    headers = base64.encodebytes(f"Subject: Relance\nMessage-ID: {ID}\n".encode()).decode()
    raw = dsn(packed, encoding="base64").replace(f"Subject: Relance\nMessage-ID: {ID}\n", headers)
    assert (read(raw).recipients, read(raw).returned_ids) == ((UNKNOWN,), (ID,))


def test_the_top_of_a_report_may_be_another_kind_of_multipart() -> None:
    raw = dsn().replace("multipart/report; report-type=delivery-status;", "multipart/mixed;")
    assert read(raw).recipients == (UNKNOWN,)


@pytest.mark.parametrize("raw", [EXIM, QMAIL, TEXT_ONLY], ids=["exim", "qmail", "fields in plain text"])
def test_reports_in_prose_are_read(raw: str) -> None:
    report = read(raw)
    assert report.returned_ids == (ID,)
    assert [(r.addresses, r.action, r.status) for r in report.recipients] == [
        (("compta@client.example",), Action.FAILED, "5.1.1")
    ]
    assert report.recipients[0].reason == "5.1.1 User unknown"


def test_without_a_returned_message_what_the_report_answers_to_is_given() -> None:
    raw = dsn(returned="").replace(
        "Subject: Undelivered", f"References: <autre@x.example> {ID}\nSubject: Undelivered"
    )
    assert read(raw).returned_ids == ()
    assert read(raw).answered_ids == ("<autre@x.example>", ID)


@pytest.mark.parametrize(
    "raw", ["", "\0" * 50, "bonjour", ANSWER, RECEIPT], ids=["empty", "nul", "word", "answer", "receipt"]
)
def test_what_is_no_report_is_none(raw: str) -> None:
    assert read_report(raw.encode()) is None


def test_words_are_one_printable_line_of_bounded_length() -> None:
    said = "550 5.1.1 \x1b[31mrouge\x07 " + "é" * 5_000
    words = read(dsn(FIELDS.replace("550 5.1.1 User unknown", said))).recipients[0].words
    assert len(words) <= 500
    assert words.isprintable()
    assert words.endswith("éé…")


def test_a_report_nested_too_deep_or_too_long_is_no_harm() -> None:
    nested = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(20_000))
    assert read_report(nested.encode()) is None
    letters = "Content-Type: message/rfc822\n\n" * 20_000
    assert read_report(letters.encode()) is None
    long = dsn(returned="message/rfc822").encode() + b"A" * 5 * MAX_BYTES
    assert read(long).recipients == (UNKNOWN,)


@example(
    b"Content-Type: multipart/report; boundary=\xe9\n\n--\xe9\nContent-Type: message/delivery-status\n\n\xff:"
)
@example(
    b'Content-Type: text/plain; charset="inconnu"\nX-Failed-Recipients: a@b\n\n\xff\xfe a@b\n  \xff 5.1.1'
)
@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail(raw: bytes) -> None:
    read_report(raw)


@given(st.integers(0, 2_000), st.binary(max_size=30))
def test_no_damage_to_a_report_makes_it_fail(at: int, damage: bytes) -> None:
    raw = dsn(returned="message/rfc822").encode()
    report = read_report(raw[:at] + damage + raw[at + len(damage) :])
    assert report is None or all(r.words.isprintable() for r in report.recipients)
