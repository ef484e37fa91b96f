"""Fill an archive, tamper with it many times, and count what `encours verify` would have missed.

Usage, on the installation of the environment: python -m tests.promises.archiving TAMPERINGS DOCUMENTS
"""

from __future__ import annotations

import datetime as dt
import json
import random
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from tests.promises.queueing import set_up

if TYPE_CHECKING:
    from encours.parties.models import Account
    from tests.promises.tampering import Tampering

CHUNK = 500
ATTEMPTS = 50
CHAINS = ("TC", "ÉTÉ-SARL", "中文", "o'Hara & Fils")


@dataclass
class Found:
    """What came of the tamperings, and of verifying an archive that nobody touched."""

    tamperings: int = 0
    found: int = 0
    by_kind: dict[str, int] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    documents: int = 0
    false_alarms: int = 0
    documents_per_second: int = 0

    @property
    def holds(self) -> bool:
        """Tell whether all was found, and nothing that was not there."""
        return self.tamperings > 0 and self.found == self.tamperings and not self.false_alarms


def fill_with_reminders() -> None:
    """Issue real reminders of two entities, by letter and by e-mail, over three sealed days and a fourth."""
    from encours.archive.daily import seal_chains
    from tests import build
    from tests.dunning.issuing import remind

    for code in ("TOPCONSEIL", "AUTRE"):
        for day in range(4):
            now = build.NOW + dt.timedelta(days=day)
            accounts = [build.account(build.customer(), code) for _number in range(2)]
            for account in accounts:
                build.invoice(account)
            remind(accounts[0], code="L1", key=f"{code}-{day}", now=now)
            remind(accounts[1], code="E1", key=f"{code}-{day}", now=now)
    for day in range(1, 4):
        now = build.NOW + dt.timedelta(days=day)
        seal_chains(today=now.date(), now=now)
    remind(_another_account(), code="L1", key="unsealed", now=build.NOW + dt.timedelta(days=4))


def tamper(count: int, seed: int = 7) -> Found:
    """Do that many tamperings, each on the untouched archive, and see whether each is found."""
    from django.db import transaction

    from encours.archive.verify import verify_archive
    from tests.promises.tampering import TAMPERINGS
    from tests.superuser import as_superuser

    found, kinds = Found(), Counter[str]()
    for number in range(count):
        rng = random.Random(f"{seed}-{number}")
        with transaction.atomic():
            with as_superuser():
                what = _one_that_the_database_takes(TAMPERINGS[number % len(TAMPERINGS)], rng)
            problems = verify_archive().problem_count
            transaction.set_rollback(True)
        kinds[what.split(".")[0]] += 1
        found.tamperings += 1
        found.found += problems > 0
        if not problems:
            found.missed.append(f"{number}: {what}")
    found.by_kind = dict(sorted(kinds.items()))
    return found


def _one_that_the_database_takes(tampering: Tampering, rng: random.Random) -> str:
    """Try at other places while a constraint of the tables forbids what chance has chosen."""
    from django.db import DatabaseError, transaction

    for _attempt in range(ATTEMPTS):
        with suppress(DatabaseError), transaction.atomic():
            return tampering(rng)
    raise RuntimeError(f"{tampering.__name__}: refused {ATTEMPTS} times")


def fill_with_documents(count: int, size: int = 20_000) -> None:
    """Issue that many documents of about ``size`` random bytes, in chains with unusual names."""
    from encours.archive.chain import NewDocument, issue_all
    from encours.archive.store import put

    rng = random.Random(count)
    for start in range(0, count, CHUNK):
        now = dt.datetime(2016, 5, 16, 9, tzinfo=dt.UTC) + dt.timedelta(microseconds=start * 1_000_003)
        documents = [
            NewDocument(
                kind=rng.choice(["letter", "message", "statement", "duplicate"]),
                reference=f"{rng.choice(CHAINS)}-{number}",
                filename=f"Relance n° {number} «\u202fété\u00a0» \"'\\.pdf",
                media_type="application/pdf",
                sha256=put(rng.randbytes(rng.randrange(size // 2, size * 3 // 2))),
                details={"é": rng.choice(["\u2028", "\U0001f4c4", "", "<&>"]), "n": number},
            )
            for number in range(start, min(count, start + CHUNK))
        ]
        issue_all(chain=rng.choice(CHAINS), documents=documents, now=now)


def verify_untouched(count: int, size: int = 20_000) -> tuple[int, int, float]:
    """Verify an archive that nobody touched: its documents, the false alarms and the seconds taken."""
    from encours.archive.daily import seal_chains
    from encours.archive.verify import verify_archive

    fill_with_documents(count, size)
    now = dt.datetime(2016, 5, 17, 9, tzinfo=dt.UTC)
    seal_chains(today=now.date() + dt.timedelta(days=30), now=now)
    start = time.perf_counter()
    result = verify_archive()
    return result.document_count, result.problem_count, time.perf_counter() - start


def _another_account() -> Account:
    from tests import build

    account = build.account(build.customer())
    build.invoice(account)
    return account


def main() -> None:
    """Print the figures as JSON."""
    count, documents = map(int, sys.argv[1:3])
    set_up()
    fill_with_reminders()
    found = tamper(count)
    found.documents, found.false_alarms, seconds = verify_untouched(documents)
    found.documents_per_second = int(found.documents / seconds)
    print(json.dumps(asdict(found), ensure_ascii=False))


if __name__ == "__main__":
    main()
