"""Encours refuses to start on settings that would leak, and says which and why."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from encours.settings.checks import (
    allowed_hosts,
    read_count,
    read_provider,
    read_secret_key,
    read_store,
    read_syslog,
    refuse_unsafe_mailboxes,
    refuse_unsafe_settings,
)

HTTPS = "https://relances.example.org"
THIS_MACHINE = ["127.0.0.1", "localhost", "[::1]"]


@pytest.mark.parametrize(
    ("base_url", "email_url", "debug"),
    [
        ("", "", False),
        ("", "", True),
        ("http://127.0.0.1:8000", "smtp://127.0.0.1:2525", False),
        ("http://localhost:9000/", "", False),
        (HTTPS, "smtp://utilisateur:secret@mail.example.org:587/?tls=true", False),
        (HTTPS, "smtps://mail.example.org", False),
    ],
)
def test_safe_settings_start(base_url: str, email_url: str, debug: bool) -> None:
    refuse_unsafe_settings(base_url=base_url, email_url=email_url, debug=debug)


@pytest.mark.parametrize(
    ("base_url", "email_url", "debug", "reason"),
    [
        ("http://relances.example.org", "", False, "les mots de passe circuleraient en clair"),
        ("ftp://relances.example.org", "", False, "doit avoir la forme https://"),
        ("relances.example.org", "", False, "doit avoir la forme https://"),
        (HTTPS + "/encours/", "", False, "désigne la racine du site"),
        ("https://relances.example.org:port", "", False, "n'est pas une adresse lisible"),
        ("", "smtp://mail.example.org:25", False, "EMAIL_URL est en clair"),
        ("", "smtp://mail.example.org:25/?tls=false", False, "EMAIL_URL est en clair"),
        ("", "mail.example.org", False, "EMAIL_URL doit avoir la forme"),
        ("", "console://", False, "EMAIL_URL doit avoir la forme"),
        (HTTPS, "", True, "Le mode de développement"),
    ],
)
def test_unsafe_settings_are_refused_with_the_reason(
    base_url: str, email_url: str, debug: bool, reason: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=reason):
        refuse_unsafe_settings(base_url=base_url, email_url=email_url, debug=debug)


@pytest.mark.parametrize(
    ("given", "base_url", "hosts"),
    [
        ([], "", THIS_MACHINE),
        (["localhost"], "", THIS_MACHINE),
        ([], HTTPS, [*THIS_MACHINE, "relances.example.org"]),
        ([".example.org"], HTTPS, [*THIS_MACHINE, ".example.org", "relances.example.org"]),
    ],
)
def test_it_answers_to_this_machine_and_to_its_public_name(
    given: list[str], base_url: str, hosts: list[str]
) -> None:
    assert allowed_hosts(given=given, base_url=base_url) == hosts


@pytest.mark.parametrize(
    ("given", "base_url", "reason"),
    [
        (["*"], HTTPS, "laisserait tout passer"),
        (["relances.example.org"], "", "indiquez aussi l'adresse publique"),
        (["relances.example.org"], "http://127.0.0.1:8000", "indiquez aussi l'adresse publique"),
        (["autre.example.org"], HTTPS, "ne contient pas relances.example.org"),
    ],
)
def test_a_name_too_many_or_too_few_is_refused(given: list[str], base_url: str, reason: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=reason):
        allowed_hosts(given=given, base_url=base_url)


def test_the_secret_key_is_made_once_and_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    key = read_secret_key("", tmp_path / "data")
    assert len(key) >= 80
    assert read_secret_key("", tmp_path / "data") == key
    assert stat.S_IMODE((tmp_path / "data" / "secret_key").stat().st_mode) == 0o600


def test_a_short_secret_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="trop courte"):
        read_secret_key("court", tmp_path)
    assert read_secret_key("k" * 50, tmp_path) == "k" * 50
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("given", "number"), [("", 4), ("  ", 4), ("1", 1), (" 25 ", 25), ("100", 100)])
def test_a_count_is_read_or_has_its_default(given: str, number: int) -> None:
    assert read_count("EMAIL_MAX_CONNECTIONS", given, default=4, least=1, most=100) == number


@pytest.mark.parametrize("given", ["0", "101", "-1", "4.0", "quatre", "1_0", "٤", "9" * 5000])
def test_a_count_that_is_none_is_refused_with_its_bounds(given: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_MAX_CONNECTIONS doit être un nombre entier de 1 à"):
        read_count("EMAIL_MAX_CONNECTIONS", given, default=4, least=1, most=100)


def test_a_mailbox_that_is_read_encrypted_or_on_this_machine_is_allowed() -> None:
    refuse_unsafe_mailboxes("")
    refuse_unsafe_mailboxes("imaps://relances%40top.fr:secret@mail.top.fr/INBOX imap://a:b@127.0.0.1:1143")
    refuse_unsafe_mailboxes("imap://a:b@mail.top.fr/INBOX?tls=true")


@pytest.mark.parametrize(
    ("urls", "reason"),
    [
        ("imap://a:b@mail.top.fr/INBOX", "est en clair hors de cette machine"),
        ("imaps://a:b@mail.top.fr imap://a:b@mail.top.fr", "est en clair hors de cette machine"),
        ("pop3://a:b@mail.top.fr", "doit avoir la forme imaps://"),
        ("imaps://mail.top.fr", "doit avoir la forme imaps://"),
        ("imaps://a:b@mail.top.fr:port", "n'est pas une adresse lisible"),
    ],
)
def test_an_unsafe_mailbox_is_refused_with_the_reason(urls: str, reason: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=reason):
        refuse_unsafe_mailboxes(urls)


def test_a_provider_is_read_whole_or_not_at_all() -> None:
    given = {"issuer": "https://identite.exemple.fr/", "client_id": "x", "secret": "y", "name": ""}
    assert read_provider(**given)["settings"] == {"server_url": "https://identite.exemple.fr"}
    assert read_provider(**dict.fromkeys(given, "")) == {}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"secret": ""}, "vont ensemble"),
        ({"issuer": "identite.exemple.fr"}, "doit avoir la forme"),
        ({"issuer": "http://identite.exemple.fr"}, "en http hors de cette machine"),
    ],
)
def test_an_unsafe_provider_is_refused_with_the_reason(changes: dict[str, str], reason: str) -> None:
    given = {"issuer": "https://identite.exemple.fr", "client_id": "x", "secret": "y", "name": ""}
    with pytest.raises(ImproperlyConfigured, match=reason):
        read_provider(**{**given, **changes})


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://documents", "la forme s3://"),
        ("s3://cle:secret@documents", "la forme s3://"),
        ("s3://documents?endpoint=ftp://s3.exemple.fr", "en clair"),
        ("s3://documents?endpoint=http://s3.exemple.fr", "en clair"),
        ("s3://documents?acl=public", "la forme s3://"),
    ],
)
def test_a_bucket_of_documents_that_is_none_or_in_the_clear_is_refused(url: str, reason: str) -> None:
    good = "s3://documents/encours?endpoint=https://s3.exemple.fr&region=fr-par"
    assert (read_store(good), read_store("")) == (good, "")
    with pytest.raises(ImproperlyConfigured, match=reason):
        read_store(url)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("", ""),
        ("/dev/log", "/dev/log"),
        ("127.0.0.1:514", ("127.0.0.1", 514)),
        ("localhost:5140", ("localhost", 5140)),
        ("[::1]:514", ("::1", 514)),
    ],
)
def test_a_collector_of_logs_on_this_machine_is_allowed(address: str, place: str | tuple[str, int]) -> None:
    assert read_syslog(address) == place


@pytest.mark.parametrize(
    "address",
    ["logs.example.org:514", "10.0.0.1:514", "127.0.0.1", ":514", "127.0.0.1:514/x", "127.0.0.1:port"],
)
def test_a_collector_that_logs_would_reach_in_the_clear_is_refused(address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="ENCOURS_SYSLOG"):
        read_syslog(address)
