"""Seal all chains once a day: one text that names the last link of each, kept outside the database too."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from django.conf import settings
from django.db import transaction

from encours.archive.models import ChainHead, DailySeal
from encours.core.hash_chain import GENESIS, canonical_json, sha256_of


@transaction.atomic
def seal_chains(*, today: dt.date, now: dt.datetime) -> DailySeal | None:
    """Make the seal of the day; None if it is made already, or nothing was ever issued.

    Its copy in a file is made once the caller's transaction is over.
    """
    last = DailySeal.objects.order_by("-number").first()
    if last is not None and last.date >= today:
        return None
    heads = ChainHead.objects.filter(position__gt=0).order_by("chain")
    chains = {head.chain: {"position": head.position, "link": head.link} for head in heads}
    if not chains:
        return None
    number = 1 if last is None else last.number + 1
    content = canonical_json(
        {
            "number": number,
            "date": today.isoformat(),
            "made_at": now.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            "previous": GENESIS if last is None else last.sha256,
            "chains": chains,
        }
    )
    row = DailySeal(number=number, date=today, content=content, sha256=sha256_of(content.encode()))
    DailySeal.objects.bulk_create([row], ignore_conflicts=True)  # another worker may seal at this moment
    if not DailySeal.objects.filter(number=number, sha256=row.sha256).exists():
        return None
    transaction.on_commit(lambda: keep_copy(row), robust=True)
    return row


def keep_copy(row: DailySeal) -> Path:
    """Write the text of a seal to a file of its own, unless there is one; return its path.

    What stands there already is left: it is what the database is compared with.
    """
    folder = daily_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / filename_of(row)
    if not path.exists():
        temporary = path.with_suffix(f".{os.getpid()}.new")
        with temporary.open("w", encoding="utf-8") as file:
            file.write(row.content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    return path


def copy_the_newest() -> None:
    """Have this machine keep the newest seal too, where another one has made it."""
    row = DailySeal.objects.order_by("-number").first()
    if row is not None:
        keep_copy(row)


def filename_of(row: DailySeal) -> str:
    """Return the name under which the copy of a seal is kept and sent."""
    return f"sceau-{row.number:06d}-{row.date:%Y-%m-%d}.json"


def daily_folder() -> Path:
    """Return the folder of the copies."""
    return Path(settings.SEAL_DIR) / "daily"
