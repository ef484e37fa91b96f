"""Which e-mail addresses can be written to, and which postcodes have the form of their country."""

from __future__ import annotations

import pytest

from encours.core.addresses import ascii_email, is_email, is_postcode, split_emails, valid_emails
from encours.core.errors import Refusal


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("compta@example.com", "compta@example.com"),
        ("Jean.O'Neil+relance@Example.COM", "Jean.O'Neil+relance@example.com"),
        ("compta@société.fr", "compta@xn--socit-esab.fr"),
    ],
)
def test_a_plain_address_is_sent_with_its_domain_in_ascii(typed: str, sent: str) -> None:
    assert ascii_email(typed) == sent


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "compta",
        "compta@",
        "@example.com",
        "compta@localhost",
        "compta@example..com",
        "compta@-example.com",
        "compta@127.0.0.1",
        "compta@[127.0.0.1]",
        "comptà@example.com",
        ".compta@example.com",
        "com..pta@example.com",
        '"a b"@example.com',
        "Service <compta@example.com>",
        "compta@example.com\r\nBcc: autre@example.com",
        "compta\r\n@example.com",
        "compta@exam\nple.com",
        "compta@example.com ",
        "compta@exam ple.com",
        "a@b@example.com",
        "compta@example.com>",
        "compta@example.com,",
        "compta\x00@example.com",
        f"{'a' * 65}@example.com",
        f"compta@{'a' * 64}.com",
        f"compta@{'.'.join(['a' * 60] * 5)}.com",
    ],
)
def test_anything_else_is_refused_in_a_printable_sentence(typed: str) -> None:
    with pytest.raises(Refusal) as refusal:
        ascii_email(typed)
    assert "\n" not in refusal.value.message
    assert "n'est pas une adresse e-mail" in refusal.value.message
    assert not is_email(typed)


def test_several_addresses_in_one_field_are_taken_apart_and_each_kept_once() -> None:
    assert split_emails(" a@x.fr ; b@x.fr,\na@x.fr\r\n;") == ("a@x.fr", "b@x.fr")
    assert valid_emails("a@x.fr; pas une adresse; b@X.fr; b@x.fr") == ("a@x.fr", "b@x.fr")


@pytest.mark.parametrize(
    ("postcode", "country", "expected"),
    [
        ("75009", "FR", True),
        ("75 009", "FR", True),
        ("7500", "FR", False),
        ("", "FR", False),
        ("٧٥٠٠٩", "FR", False),
        ("1000", "BE", True),
        ("", "IE", True),
        ("SW1A 1AA", "GB", True),
        ("", "GB", False),
    ],
)
def test_a_postcode_has_the_form_of_its_country(postcode: str, country: str, expected: bool) -> None:
    assert is_postcode(postcode, country) is expected
