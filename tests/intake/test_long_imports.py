"""A long file is imported in the background: once, whole or not at all, and its user follows it."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from encours import failpoints
from encours.access.models import Role, User
from encours.audit.models import AuditLine
from encours.delivery import jobs
from encours.intake.by_hand import background
from encours.intake.models import ImportJob, JobState
from encours.parties.models import BillingEntity
from encours.receivables.models import Invoice
from tests import build
from tests.desk.pages import signed_in, user, words
from tests.intake.test_by_hand import GOOD, checked, invoices, send

CONTENT = invoices(*([*GOOD[:2], f"F{n}", *GOOD[3:]] for n in range(6)))


@pytest.fixture(autouse=True)
def _long_is_five_lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(background, "MAX_LINES_AT_ONCE", 5)
    monkeypatch.setattr(background, "LINES_PER_STEP", 2)
    yield
    failpoints.set_hook(None)


def collector() -> Client:
    """Return a user of E1, where C1 is a customer."""
    build.account(build.customer("C1"), "E1")
    return signed_in(user("gestion", Role.COLLECTOR, BillingEntity.objects.get(code="E1").pk))


def press(client: Client) -> str:
    """Press «Importer» and return the address that the user is sent to."""
    answer = send(client, CONTENT, **checked(CONTENT))
    assert answer.status_code == 303
    return answer.headers["Location"]


def page(client: Client, address: str, **headers: str) -> HttpResponse:
    answer = client.get(address, headers=headers)
    assert isinstance(answer, HttpResponse)
    return answer


@pytest.mark.django_db
def test_a_long_file_is_followed_to_its_end_whatever_is_pressed_or_reloaded() -> None:
    client = collector()
    address = press(client)
    assert press(client) == address
    assert Invoice.objects.count() == 0
    assert "En attente du travail de fond." in words(page(client, address))
    assert f'href="{address}"' in page(client, "/importer/").content.decode()
    ImportJob.objects.update(read_count=4, lease_owner="elsewhere:1:1")
    for _reload in range(2):
        assert "4 lignes lues sur 6." in words(page(client, address))
    part = page(client, address, **{"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<section")
    assert f'hx-get="{address}"' in part
    ImportJob.objects.update(read_count=12_345, line_count=200_000)
    assert "12\u202f345 lignes lues sur 200\u202f000." in page(client, address).content.decode()
    ImportJob.objects.update(line_count=6, lease_owner="")
    assert background.work(timezone.now) == 6
    assert background.work(timezone.now) == 0
    done = page(client, address)
    assert "Le fichier est importé." in words(done)
    assert "Créés 6 Mis à jour 0 Inchangés 0" in words(done)
    assert "hx-trigger" not in page(client, address, **{"HX-Request": "true"}).content.decode()
    job = ImportJob.objects.get()
    assert (bytes(job.content), job.said, job.read_count) == (b"", {}, 6)
    line = AuditLine.objects.get(action="import.invoices")
    assert (line.subject, line.actor_name, line.after["created"]) == ("f.csv", "Personne gestion", 6)
    again = press(client)  # after the end it is another import, which finds all in place
    assert background.work(timezone.now) == 6
    assert "il n'y a rien à importer" in words(page(client, again))
    assert Invoice.objects.count() == 6


@pytest.mark.django_db
def test_the_page_is_sent_to_the_progress_by_htmx_and_a_short_file_is_imported_at_once() -> None:
    client = collector()
    fields = {"nature": "factures", "fichier": SimpleUploadedFile("f.csv", CONTENT), **checked(CONTENT)}
    answer = client.post("/importer/", fields, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == f"/importer/suivi/{ImportJob.objects.get().pk}/"
    short = invoices(GOOD)
    assert "Le fichier est importé." in words(send(client, short, **checked(short)))
    assert ImportJob.objects.count() == 1


@pytest.mark.django_db
def test_only_what_was_checked_becomes_a_job() -> None:
    client = collector()
    assert send(client, CONTENT, **checked(invoices(GOOD))).status_code == 422
    assert not ImportJob.objects.exists()


@pytest.mark.django_db
def test_an_import_is_shown_to_who_started_it_alone() -> None:
    client = collector()
    address = press(client)
    entity = BillingEntity.objects.get(code="E1").pk
    for name, role, status in (
        ("autre", Role.COLLECTOR, 404),
        ("chef", Role.ADMINISTRATOR, 404),
        ("lecture", Role.READER, 403),
    ):
        other = signed_in(user(name, role, entity))
        assert page(other, address).status_code == status
        assert address not in page(other, "/importer/").content.decode()
    assert page(client, address).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["inactive", "reader", "narrowed"])
def test_who_lost_his_rights_meanwhile_imports_nothing(change: str) -> None:
    address = press(collector())
    author = User.objects.get(username="gestion")
    if change == "inactive":
        User.objects.filter(pk=author.pk).update(is_active=False)
    elif change == "reader":
        User.objects.filter(pk=author.pk).update(role=Role.READER)
    else:
        author.entities.set([build.entity("E9")])
    background.work(timezone.now)
    job = ImportJob.objects.get()
    assert (job.state, bytes(job.content), job.said) == (JobState.FAILED, b"", {})
    assert job.problems
    assert Invoice.objects.count() == 0
    assert address == f"/importer/suivi/{job.pk}/"


@pytest.mark.django_db
def test_rights_lost_while_it_is_written_undo_it() -> None:
    press(collector())

    def clock() -> dt.datetime:
        if ImportJob.objects.filter(read_count=4).exists():  # the last lines are being read
            User.objects.filter(username="gestion").update(is_active=False)
        return timezone.now()

    background.work(clock)
    job = ImportJob.objects.get()
    assert (job.state, job.read_count) == (JobState.FAILED, 6)
    assert "Vos droits ont changé" in job.problems[0]
    assert Invoice.objects.count() == 0


@pytest.mark.django_db
def test_a_line_that_contradicts_meanwhile_is_told_and_nothing_is_imported() -> None:
    client = collector()
    address = press(client)
    other = invoices([*GOOD[:2], "F3", *GOOD[3:6], "200.00", "40.00", "240.00", "EUR"])
    send(client, other, **checked(other))
    background.work(timezone.now)
    assert "Rien n'est importé." in words(page(client, address))
    assert "Ligne 5" in words(page(client, address))
    assert Invoice.objects.count() == 1


@pytest.mark.django_db
def test_a_worker_that_stops_gives_it_back_and_one_that_always_dies_gives_up() -> None:
    client = collector()
    address = press(client)
    with jobs.ended_by(lambda: True):
        assert background.work(timezone.now) == 0
    job = ImportJob.objects.get()
    assert (job.state, job.attempts, job.lease_owner) == (JobState.OPEN, 0, "")
    ImportJob.objects.update(attempts=3)
    background.work(timezone.now)
    assert "interrompu trois fois" in words(page(client, address))
    assert Invoice.objects.count() == 0


_PROGRAM = """
import os
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
django.setup()
from django.utils import timezone
from encours import failpoints
from encours.intake.by_hand import background
failpoints.set_hook(lambda reached: os._exit(9))
background.work(timezone.now)
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_having_written_all_imports_nothing_and_the_next_one_imports_it_once() -> None:
    client = collector()
    address = press(client)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "encours.settings.test",
        "TEST_DATABASE": str(connection.settings_dict["NAME"]),
    }
    died = subprocess.run([sys.executable, "-c", _PROGRAM], env=environment, timeout=60, check=False)
    assert died.returncode == 9
    job = ImportJob.objects.get()
    assert (job.state, job.attempts, Invoice.objects.count()) == (JobState.OPEN, 1, 0)
    assert "lignes lues sur 6" in words(page(client, address))
    assert press(client) == address
    assert background.work(timezone.now) == 6
    assert background.work(timezone.now) == 0
    assert Invoice.objects.count() == 6
    assert AuditLine.objects.filter(action="import.invoices").count() == 1
    assert "Le fichier est importé." in words(page(client, address))
