"""Import a long file in the background: once, whole or not at all, whoever presses or dies in between."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import asdict
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from encours import failpoints
from encours.access.models import User
from encours.access.scopes import Scope, scope_of
from encours.core.actors import Actor
from encours.core.errors import Refusal
from encours.delivery import jobs, leases
from encours.delivery.jobs import Clock
from encours.intake.by_hand.rights import Kind, kinds_for
from encours.intake.by_hand.taking import Followed, Said, Taken, count_checked, take
from encours.intake.by_hand.uploads import Upload
from encours.intake.importing import Counts
from encours.intake.models import ImportJob, JobState
from encours.intake.problems import Problem

logger = logging.getLogger(__name__)

MAX_LINES_AT_ONCE = 2_000
"""What is imported while its user waits; a longer file is a job."""
MAX_COUNTED_LINES = 10_001
MAX_OPEN = 3
MAX_ATTEMPTS = 3
SHOWN_PROBLEMS = 20
LINES_PER_STEP = 250
LEASE = dt.timedelta(minutes=5)
KEPT_FOR = dt.timedelta(days=30)


class _EndedError(Exception):
    """Someone else ended the job: what was written is undone."""


class _StoppedError(Exception):
    """The worker is asked to stop: another one does the job from its beginning."""


def start_if_long(
    upload: Upload, kind: Kind, user: User, said: Said, *, actor: Actor, now: dt.datetime
) -> ImportJob | None:
    """Return the job that imports what was checked, or None where the file is short; raise Refusal.

    Pressing again while it is under way returns the same one.
    """
    if open_job := jobs_of(user).filter(token=said.checked, state=JobState.OPEN).first():
        return open_job
    count = count_checked(upload, kind, user, said, at_most=MAX_COUNTED_LINES)
    if count <= MAX_LINES_AT_ONCE:
        return None
    if jobs_of(user).filter(state=JobState.OPEN).count() >= MAX_OPEN:
        raise Refusal(
            _("Trois de vos fichiers sont déjà en cours d'import\u00a0: attendez qu'ils soient finis.")
        )
    ImportJob.objects.filter(finished_at__lt=now - KEPT_FOR).delete()
    kept = {"header": said.header, "fields": list(said.fields), "corrections": said.corrections}
    try:
        with transaction.atomic():
            return ImportJob.objects.create(
                user=user,
                actor=asdict(actor),
                kind=kind.code,
                name=upload.name,
                token=said.checked,
                content=upload.content,
                said=kept,
                line_count=count,
                started_at=now,
            )
    except IntegrityError:
        return jobs_of(user).get(token=said.checked, state=JobState.OPEN)


def jobs_of(user: User) -> QuerySet[ImportJob]:
    """Return the imports that a user started, without their bytes, the latest first."""
    return ImportJob.objects.filter(user=user).defer("content", "said").order_by("-pk")


def work(clock: Clock) -> int:
    """Do one import that waits, or whose process died; return how many lines it had."""
    if not ImportJob.objects.filter(state=JobState.OPEN).exists():
        return 0
    job = _claim(now=clock())
    if job is None:
        return 0
    try:
        _import(job, clock)
    except (DatabaseError, _StoppedError) as error:
        _give_back(job)
        if isinstance(error, DatabaseError):
            raise
        return 0
    except _EndedError:
        return 0
    return job.line_count


@transaction.atomic
def _claim(*, now: dt.datetime) -> ImportJob | None:
    waiting = ImportJob.objects.filter(state=JobState.OPEN).order_by("pk")
    owners = waiting.exclude(lease_owner="").values_list("lease_owner", flat=True)
    dead = [owner for owner in owners[:100] if leases.is_dead(owner)]
    free = Q(lease_owner="") | Q(lease_owner__in=dead) | Q(lease_expires_at__lte=now)
    job = waiting.filter(free).select_for_update(skip_locked=True, of=("self",)).first()
    if job is None:
        return None
    job.attempts += 1
    job.read_count = 0
    job.lease_owner, job.lease_expires_at = leases.this_process(), now + LEASE
    job.save(update_fields=["attempts", "read_count", "lease_owner", "lease_expires_at"])
    return job


def _give_back(job: ImportJob) -> None:
    try:
        _ours(job).update(lease_owner="", lease_expires_at=None, read_count=0, attempts=F("attempts") - 1)
    except DatabaseError:
        logger.warning("the lease of an import runs out by itself: the database does not answer")


def _ours(job: ImportJob) -> QuerySet[ImportJob]:
    return ImportJob.objects.filter(pk=job.pk, state=JobState.OPEN, lease_owner=leases.this_process())


def _import(job: ImportJob, clock: Clock) -> None:
    """Import a job and end it; what it wrote and that it is done are one transaction."""
    with translation.override(job.user.language or None):
        try:
            if job.attempts > MAX_ATTEMPTS:
                raise Refusal(_("L'import s'est interrompu trois fois\u00a0: rien n'est importé."))
            taken = _take(job, clock)
        except Refusal as refusal:
            _end(job, JobState.FAILED, now=clock(), problems=[refusal.message])
        except (DatabaseError, _EndedError, _StoppedError):
            raise
        except Exception:
            logger.exception("import %s", job.pk)
            problems = [_("L'import a échoué\u00a0: rien n'est importé. Le journal du serveur dit pourquoi.")]
            _end(job, JobState.FAILED, now=clock(), problems=problems)
        else:
            _end_unwritten(job, taken, now=clock())


def _take(job: ImportJob, clock: Clock) -> Taken:
    user = job.user
    scope = scope_of(user)
    kind = _kind_still_allowed(job, scope)
    sha256 = job.token.split(":")[1]
    said = Said(
        header=job.said["header"],
        fields=job.said["fields"],
        corrections={int(line): cells for line, cells in job.said["corrections"].items()},
        is_import=True,
        checked=job.token,
    )

    def on_line(count: int) -> None:
        if count % LINES_PER_STEP == 0:
            _tell(job, count, now=clock())

    def on_written(counts: Counts) -> None:
        _kind_still_allowed(job, scope)
        _end(job, JobState.DONE, now=clock(), read_count=job.line_count, **asdict(counts))
        failpoints.reach("imported_uncommitted")

    return take(
        Upload(job.name, bytes(job.content), sha256),
        kind,
        user,
        said,
        actor=Actor(**job.actor),
        now=clock(),
        followed=Followed(on_line, on_written),
    )


def _kind_still_allowed(job: ImportJob, scope: Scope) -> Kind:
    """Return the kind of a job that its user may import now, within the scope; raise Refusal."""
    user = User.objects.get(pk=job.user_id)
    kind = next((one for one in kinds_for(user) if one.code == job.kind), None)
    if kind is None or scope_of(user) != scope:
        raise Refusal(_("Vos droits ont changé pendant l'import\u00a0: rien n'est importé."))
    return kind


def _tell(job: ImportJob, count: int, *, now: dt.datetime) -> None:
    """Keep how many lines are read, by itself, before anything of the import is written."""
    if jobs.are_stopping():
        raise _StoppedError
    if not _ours(job).update(read_count=count, lease_expires_at=now + LEASE):
        raise _EndedError


def _end_unwritten(job: ImportJob, taken: Taken, *, now: dt.datetime) -> None:
    """End a job that had nothing to write, or was refused; one that wrote has ended with it."""
    report = taken.report
    if report.problems:
        problems = [_sentence(problem) for problem in report.problems[:SHOWN_PROBLEMS]]
        _end(job, JobState.FAILED, now=now, problems=problems)
    elif not (report.counts.created or report.counts.updated):
        _end(job, JobState.DONE, now=now, read_count=job.line_count, **asdict(report.counts))


def _sentence(problem: Problem) -> str:
    values = {"line": problem.line, "column": problem.column, "message": problem.message}
    if problem.column:
        return _("Ligne %(line)s, %(column)s\u00a0: %(message)s") % values
    return _("Ligne %(line)s\u00a0: %(message)s") % values


def _end(job: ImportJob, state: JobState, *, now: dt.datetime, **values: Any) -> None:
    """Write how a job ended and let go of its bytes; raise _EndedError where it is not ours any more."""
    ended = _ours(job).update(
        state=state, finished_at=now, content=b"", said={}, lease_owner="", lease_expires_at=None, **values
    )
    if not ended:
        raise _EndedError
