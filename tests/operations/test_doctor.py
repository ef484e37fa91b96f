"""`encours doctor` finds what is wrong with real servers, files and rows, and says what to do."""

from __future__ import annotations

import datetime as dt
import json
import os
import ssl
import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from encours.archive import chain
from encours.archive.models import StoredBlob
from encours.audit.models import AuditLine
from encours.delivery import actions as delivery
from encours.delivery import leases
from encours.delivery.models import OutboxMessage
from encours.operations.backup.making import make_backup
from encours.operations.doctor import database, machine, work
from encours.operations.doctor.domains import check_domains
from encours.operations.doctor.findings import Finding
from encours.operations.doctor.mail import check_mail
from encours.operations.heartbeat import beat
from encours.operations.models import WorkerSign
from encours.parties.models import Account
from tests.build import ACTOR, NOW, TODAY, account, invoice
from tests.dnsserver import DnsServer
from tests.mailserver import Fault, MailServer
from tests.processes import encours
from tests.superuser import as_superuser


def brief(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(one.check, one.level) for one in findings]


# Mail


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a certificate for 127.0.0.1 of ten days, with its key beside it."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-days", "10", "-subj", "/CN=mail.test", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")),
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return folder / "cert.pem"


def _tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    return context


def mail(url: str) -> list[Finding]:
    return check_mail(url, max_bytes=20_000_000, now=timezone.now())


def test_a_mail_server_that_answers_is_well_and_nothing_is_sent() -> None:
    with MailServer() as server:
        assert brief(mail(server.url)) == [("messagerie", "ok"), ("taille", "ok")]
        assert (server.messages, server.commands) == ([], [])


def test_without_a_mail_server_the_messages_are_kept_as_files() -> None:
    assert brief(mail("")) == [("messagerie", "attention")]


def test_a_certificate_that_ends_soon_asks_for_attention(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with MailServer(tls=_tls(certificate), extensions=("AUTH PLAIN", "SIZE 1000")) as server:
        url = f"smtp://moi:secret@127.0.0.1:{server.port}/?tls=true"
        found = mail(url)
    assert brief(found) == [
        ("messagerie", "ok"),
        ("certificat", "attention"),
        ("identification", "ok"),
        ("taille", "attention"),
    ]
    assert "encore 9 jours" in found[1].message
    assert "plus de 1000 octets" in found[3].message
    assert "secret" not in str(found)


def test_a_certificate_that_nobody_vouches_for_is_an_error(certificate: Path) -> None:
    with MailServer(tls=_tls(certificate)) as server:
        found = mail(f"smtp://127.0.0.1:{server.port}/?tls=true")
    assert brief(found) == [("messagerie", "ok"), ("certificat", "error")]


def test_a_certificate_for_another_name_is_an_error(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with MailServer(tls=_tls(certificate)) as server:
        found = mail(f"smtp://localhost:{server.port}/?tls=true")
    assert brief(found) == [("messagerie", "ok"), ("certificat", "error")]


def test_a_refused_password_is_told_with_the_words_of_the_server(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    faults = [Fault("auth", "535 5.7.8 Wrong password", None)]
    with MailServer(faults, tls=_tls(certificate), extensions=("AUTH PLAIN",)) as server:
        found = mail(f"smtp://moi:secret@127.0.0.1:{server.port}/?tls=true")
    assert brief(found)[-1] == ("identification", "error")
    assert "535 5.7.8 Wrong password" in found[-1].message


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("connect", "554 Go away"), "554 Go away"),
        (Fault("ehlo", "550 Not you", None), "550 Not you"),
        (Fault("connect", "drop"), ""),
    ],
)
def test_a_mail_server_that_refuses_us_is_an_error(fault: Fault, words: str) -> None:
    with MailServer([fault]) as server:
        found = mail(server.url)
    assert brief(found) == [("messagerie", "error")]
    assert words in found[0].message


def test_a_mail_server_that_is_away_or_lacks_tls_is_an_error() -> None:
    with MailServer() as server:
        port = server.port
        assert brief(mail(f"smtp://127.0.0.1:{port}/?tls=true")) == [
            ("messagerie", "ok"),
            ("messagerie", "error"),
        ]
    assert brief(mail(f"smtp://127.0.0.1:{port}/")) == [("messagerie", "error")]


# The sender's domain

GOOD = {
    "top.test": ["autre chose", "v=spf1 ip4:192.0.2.1 -all"],
    "_dmarc.top.test": ["v=DMARC1; p=quarantine"],
    "sel._domainkey.top.test": ["v=DKIM1; k=rsa; p=MIGf"],
}
ADDRESSES = ["compta@top.test", "autre@TOP.test", ""]


@pytest.mark.parametrize(
    ("changed", "selector", "levels"),
    [
        ({}, "sel", {"SPF": "ok", "DKIM": "ok", "DMARC": "ok"}),
        ({}, "", {"SPF": "ok", "DKIM": "attention", "DMARC": "ok"}),
        ({}, "other", {"SPF": "ok", "DKIM": "error", "DMARC": "ok"}),
        (
            {"sel._domainkey.top.test": ["v=DKIM1; p="]},
            "sel",
            {"SPF": "ok", "DKIM": "error", "DMARC": "ok"},
        ),
        ({"top.test": []}, "sel", {"SPF": "attention", "DKIM": "ok", "DMARC": "ok"}),
        ({"top.test": ["v=spf1 +all"]}, "sel", {"SPF": "attention", "DKIM": "ok", "DMARC": "ok"}),
        (
            {"top.test": ["v=spf1 -all", "v=spf1 a -all"]},
            "sel",
            {"SPF": "error", "DKIM": "ok", "DMARC": "ok"},
        ),
        ({"_dmarc.top.test": ["v=DMARC1"]}, "sel", {"SPF": "ok", "DKIM": "ok", "DMARC": "attention"}),
        ({"_dmarc.top.test": []}, "sel", {"SPF": "ok", "DKIM": "ok", "DMARC": "attention"}),
    ],
)
def test_what_the_dns_says_of_a_sender(
    changed: dict[str, list[str]], selector: str, levels: dict[str, str]
) -> None:
    with DnsServer({**GOOD, **changed}) as server:
        found = check_domains(ADDRESSES, dns_server=server.address, selector=selector)
    assert dict(brief(found)) == levels
    assert len(found) == 3


def test_the_policy_of_the_domain_above_counts_and_an_unknown_domain_has_nothing() -> None:
    with DnsServer({"_dmarc.top.test": ["v=DMARC1; p=reject"]}) as server:
        found = check_domains(["a@mail.top.test"], dns_server=server.address, selector="sel")
    assert brief(found) == [("SPF", "attention"), ("DKIM", "error"), ("DMARC", "ok")]


def test_without_a_resolver_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("encours.operations.doctor.domains.SECONDS", 0.3)
    with DnsServer({}) as server:
        closed = server.address
    found = check_domains(ADDRESSES, dns_server=closed, selector="sel")
    assert brief(found) == [("domaine", "attention")]
    assert "aucun résolveur DNS ne répond" in found[0].message


# The machine


def test_a_folder_or_a_key_open_to_others_is_told(tmp_path: Path) -> None:
    key = "k" * 60
    (tmp_path / "secret_key").write_text(key)
    os.chmod(tmp_path, 0o755)
    os.chmod(tmp_path / "secret_key", 0o644)
    assert machine.check_folder(tmp_path).level == "attention"
    assert machine.check_key(key, tmp_path).level == "error"
    os.chmod(tmp_path, 0o700)
    os.chmod(tmp_path / "secret_key", 0o600)
    assert machine.check_folder(tmp_path).level == "ok"
    assert machine.check_key(key, tmp_path).level == "ok"
    assert "ENCOURS_SECRET_KEY" in machine.check_key("another one", tmp_path).message


def test_little_room_on_the_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "LITTLE_BYTES", 0)
    monkeypatch.setattr(machine, "TOO_FEW_BYTES", 0)
    assert machine.check_disk(tmp_path).level == "ok"
    monkeypatch.setattr(machine, "LITTLE_BYTES", 2**60)
    assert machine.check_disk(tmp_path).level == "attention"
    monkeypatch.setattr(machine, "TOO_FEW_BYTES", 2**60)
    assert machine.check_disk(tmp_path).level == "error"


@pytest.mark.parametrize(("seconds", "level"), [(0, "ok"), (-4, "ok"), (6, "attention"), (-31, "error")])
def test_the_clock_of_the_database_server_may_differ_by_little(seconds: int, level: str) -> None:
    assert machine.drift(dt.timedelta(seconds=seconds)).level == level


@pytest.mark.django_db
def test_a_row_from_the_future_shows_that_a_clock_is_wrong() -> None:
    account()
    assert {one.level for one in machine.check_clock(timezone.now())} == {"ok"}
    with as_superuser():
        AuditLine.objects.update(at=timezone.now() + dt.timedelta(hours=1))
    assert "error" in {one.level for one in machine.check_clock(timezone.now())}


# The database


@pytest.mark.django_db
def test_the_settings_and_migrations_of_the_database_are_as_they_must_be() -> None:
    assert database.check_migrations().level == "ok"
    assert [one for one in database._settings() if one[1] != one[2]] == []


@pytest.mark.django_db(transaction=True)
def test_a_wrong_kept_figure_is_found() -> None:
    on = account()
    invoice(on)
    assert database.check_figures(TODAY).level == "ok"
    Account.objects.update(open_invoice_count=7)
    found = database.check_figures(TODAY)
    assert (found.level, "open_invoice_count 7 au lieu de 1" in found.message) == ("error", True)


@pytest.mark.django_db(transaction=True)
def test_the_newest_document_of_each_chain_is_compared_with_its_seal(
    settings: Settings, tmp_path: Path
) -> None:
    settings.SEAL_DIR = tmp_path
    for number in (1, 2):
        chain.issue(
            chain="TOP",
            kind="letter",
            reference=f"TOP-{number}",
            filename="l.pdf",
            media_type="application/pdf",
            content=b"x%d" % number,
            now=NOW,
        )
    assert database.check_archive().level == "ok"
    seal = next(tmp_path.glob("*.json"))
    whole = seal.read_text()
    seal.write_text(json.dumps({**json.loads(whole), "link": "0" * 64}))
    assert database.check_archive().level == "error"
    seal.write_text(whole)
    with as_superuser():
        StoredBlob.objects.update(content=b"autre")
    assert "TOP-2 (l.pdf)" in database.check_archive().message


@pytest.mark.django_db(transaction=True)
def test_the_age_of_the_last_backup_is_told(tmp_path: Path) -> None:
    assert database.check_backup_age(NOW).level == "attention"
    make_backup(target=tmp_path / "b.tar", actor=ACTOR, now=NOW)
    assert database.check_backup_age(NOW + dt.timedelta(days=1)).level == "ok"
    assert database.check_backup_age(NOW + dt.timedelta(days=3)).level == "attention"


# The work


def _message(**fields: object) -> OutboxMessage:
    moments = {"next_attempt_at": NOW, "created_at": NOW, "changed_at": NOW}
    values = {"reference": "R", "recipient": "a@b.fr", "sender": "c@d.fr", "size": 1, **moments, **fields}
    return OutboxMessage.objects.create(**values)


@pytest.mark.django_db
def test_a_worker_is_known_by_its_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("encours.operations.heartbeat._last_beats", {})
    assert work.check_worker(NOW).level == "attention"
    _message()
    assert work.check_worker(NOW).level == "error"
    assert beat(lambda: NOW) == 0
    assert beat(lambda: NOW + dt.timedelta(seconds=10)) == 0
    sign = WorkerSign.objects.get()
    assert (sign.owner, sign.last_seen_at) == (leases.this_process(), NOW)
    assert work.check_worker(NOW + dt.timedelta(minutes=1)).level == "ok"
    found = work.check_worker(NOW + dt.timedelta(minutes=3))
    assert (found.level, "le dernier a été vu le 16/05/2016 à 11:22" in found.message) == ("error", True)
    beat(lambda: NOW + dt.timedelta(minutes=3))
    assert work.check_worker(NOW + dt.timedelta(minutes=3)).level == "ok"
    WorkerSign.objects.update(
        owner=leases.this_process().rpartition(":")[0] + ":1"
    )  # its number, not its start
    assert work.check_worker(NOW + dt.timedelta(minutes=3)).level == "error"


@pytest.mark.django_db
def test_messages_that_wait_for_a_worker_a_person_or_a_switch_are_told() -> None:
    assert brief(list(work.check_outbox(NOW))) == [("boîte d'envoi", "ok")]
    _message()
    assert brief(list(work.check_outbox(NOW + dt.timedelta(minutes=10)))) == [("boîte d'envoi", "ok")]
    assert brief(list(work.check_outbox(NOW + dt.timedelta(minutes=20)))) == [("boîte d'envoi", "error")]
    delivery.pause(reason="Noël", actor=ACTOR, now=NOW)
    _message(reference="U", state="uncertain")
    found = list(work.check_outbox(NOW + dt.timedelta(minutes=20)))
    assert [one.level for one in found] == ["attention", "attention"]
    assert "Noël" in found[0].message
    assert "incertains : 1" in found[1].message


# The command


@pytest.mark.once
def test_the_command_says_one_line_a_check_and_exits_1_on_an_error(tmp_path: Path) -> None:
    encours(tmp_path, "migrate")
    tmp_path.chmod(0o700)
    with DnsServer({}) as server, MailServer() as mailserver:
        good = encours(tmp_path, "doctor", "--dns", server.address, EMAIL_URL=mailserver.url)
        bad = encours(tmp_path, "doctor", "--json", EMAIL_URL="smtp://127.0.0.1:1/")
    assert (good.returncode, good.stderr) == (0, "")
    lines = good.stdout.splitlines()
    assert len(lines) >= 11
    assert {line.split()[0] for line in lines} <= {"OK", "attention"}
    assert bad.returncode == 1
    answer = json.loads(bad.stdout)
    assert answer["ok"] is False
    assert [one["check"] for one in answer["checks"] if one["level"] == "error"] == ["messagerie"]


@pytest.mark.once
def test_a_database_that_is_not_there_is_an_error_and_the_machine_is_checked_all_the_same(
    tmp_path: Path,
) -> None:
    done = encours(tmp_path, "doctor", "--json")
    assert done.returncode == 1
    checks = {one["check"]: one["level"] for one in json.loads(done.stdout)["checks"]}
    assert checks["base"] == "error"
    assert checks["clé"] == "ok"


def test_the_command_is_the_one_of_the_console() -> None:
    with pytest.raises(SystemExit):
        call_command("doctor", "--help")
