"""Every day one seal names the end of each chain; its copy outside the database is what is compared."""

from __future__ import annotations

import datetime as dt
import json
from email import message_from_bytes, policy
from functools import partial
from io import StringIO
from operator import add
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from encours.archive import daily, store
from encours.archive.models import DailySeal
from encours.archive.verify import verify_archive
from encours.console import Refused
from encours.core.hash_chain import GENESIS, canonical_json, sha256_of
from encours.delivery.models import OutboxMessage
from encours.delivery.seals import seal_the_day
from tests.archive.test_chain import NOW, issue
from tests.superuser import as_superuser

DAY = dt.timedelta(days=1)


def seal_on(day: int) -> DailySeal:
    now = NOW + day * DAY
    row = daily.seal_chains(today=now.date(), now=now)
    assert row is not None
    return row


@pytest.mark.django_db
def test_nothing_is_sealed_before_something_was_issued() -> None:
    assert daily.seal_chains(today=NOW.date(), now=NOW) is None


@pytest.mark.django_db(transaction=True)
def test_a_seal_names_the_end_of_each_chain_and_the_seal_before_it(seal_folder: Path) -> None:
    first_document, other = issue(b"a"), issue(b"b", 1, "AUTRE")
    first = seal_on(0)
    last_document = issue(b"c", 2)
    second = seal_on(1)
    assert daily.seal_chains(today=second.date, now=NOW) is None
    chains = {"TC": first_document, "AUTRE": other}
    assert json.loads(first.content) == {
        "number": 1,
        "date": "2016-05-16",
        "made_at": "2016-05-16T09:22:48.000000+00:00",
        "previous": GENESIS,
        "chains": {name: {"position": 1, "link": row.link} for name, row in chains.items()},
    }
    assert json.loads(second.content)["previous"] == first.sha256
    assert json.loads(second.content)["chains"]["TC"] == {"position": 2, "link": last_document.link}
    copies = sorted(path.name for path in (seal_folder / "daily").iterdir())
    assert copies == ["sceau-000001-2016-05-16.json", "sceau-000002-2016-05-17.json"]
    assert (seal_folder / "daily" / copies[0]).read_text() == first.content
    assert verify_archive().problems == []


@pytest.mark.django_db(transaction=True)
def test_seals_forged_in_the_database_are_found_by_their_copies(seal_folder: Path) -> None:
    issue(b"a")
    row = seal_on(0)
    content = canonical_json({**json.loads(row.content), "chains": {}})
    with as_superuser():
        DailySeal.objects.update(content=content, sha256=sha256_of(content.encode()))
    assert verify_archive().problems == [
        "copie de sceau sceau-000001-2016-05-16.json : le sceau de la base est différent"
    ]
    with as_superuser():
        DailySeal.objects.all().delete()
    assert verify_archive().problems == [
        "copie de sceau sceau-000001-2016-05-16.json : ce sceau n'est plus dans la base"
    ]


@pytest.mark.django_db(transaction=True)
def test_a_missing_or_altered_seal_is_found_without_any_copy(seal_folder: Path) -> None:
    issue(b"a")
    for day in range(3):
        seal_on(day)
    for path in (seal_folder / "daily").iterdir():
        path.unlink()
    assert verify_archive().problems == []
    with as_superuser():
        DailySeal.objects.filter(number=2).delete()
    assert verify_archive().problems == ["sceau n° 3 du 2016-05-18 : modifié, ou un sceau manque avant lui"]


@pytest.mark.django_db(transaction=True)
def test_the_copy_received_by_mail_shows_what_was_rewritten_with_all_that_this_machine_keeps(
    seal_folder: Path, tmp_path: Path
) -> None:
    issue(b"a")
    received = tmp_path / "received.json"
    received.write_text(seal_on(0).content + "\n")
    for path in [*(seal_folder / "daily").iterdir(), *seal_folder.glob("*.json")]:
        path.unlink()
    call_command("verify", "--seal", str(received), stdout=StringIO())
    with as_superuser():
        DailySeal.objects.all().delete()
    out = StringIO()
    with pytest.raises(Refused):
        call_command("verify", "--seal", str(received), "--json", stdout=out)
    assert json.loads(out.getvalue())["problems"] == [
        "copie de sceau received.json : ce sceau n'est plus dans la base"
    ]
    received.write_text("autre chose")
    with pytest.raises(Refused):
        call_command("verify", "--seal", str(received), stdout=StringIO())


@pytest.mark.django_db(transaction=True)
def test_the_worker_seals_once_a_day_and_sends_the_seal_where_it_is_asked_to(settings: Settings) -> None:
    settings.SEAL_EMAIL = "preuve@example.org"
    issue(b"a")
    assert [seal_the_day(partial(add, NOW, later)) for later in (0 * DAY, DAY / 4, DAY)] == [1, 0, 1]
    first = DailySeal.objects.get(number=1)
    message = OutboxMessage.objects.get(reference="sceau-2016-05-16")
    assert (message.sender, message.recipient) == ("preuve@example.org", "preuve@example.org")
    mail = message_from_bytes(store.get(message.content_sha256), policy=policy.default)
    (attachment,) = mail.iter_attachments()
    assert attachment.get_filename() == "sceau-000001-2016-05-16.json"
    assert attachment.get_content() == first.content.encode()
    body = mail.get_body()
    assert body is not None
    assert first.sha256 in body.get_content()


@pytest.mark.django_db(transaction=True)
def test_without_an_address_nothing_is_queued_and_another_machine_takes_its_copy(
    seal_folder: Path,
) -> None:
    issue(b"a")
    assert seal_the_day(lambda: NOW) == 1
    copy = seal_folder / "daily" / "sceau-000001-2016-05-16.json"
    copy.unlink()
    assert seal_the_day(lambda: NOW) == 0
    assert copy.read_text() == DailySeal.objects.get().content
    assert OutboxMessage.objects.count() == 0
