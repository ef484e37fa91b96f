"""Read what second factors a user has, and whether his role asks for one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

from encours.access.models import RoleRule, User

Type = Authenticator.Type
PRIMARY = (Type.TOTP, Type.WEBAUTHN)


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as its owner knows it."""

    id: int
    name: str
    created_at: dt.datetime
    last_used_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """The second factors of a user; ``codes_left`` is None where he has no recovery codes."""

    app: Authenticator | None
    passkeys: tuple[Passkey, ...]
    codes_left: int | None

    @property
    def count(self) -> int:
        """Return how many factors there are, recovery codes aside."""
        return len(self.passkeys) + (self.app is not None)


def has_second_factor(user: User) -> bool:
    """Tell whether a user has an app or a passkey."""
    return bool(Authenticator.objects.filter(user=user, type__in=PRIMARY).exists())


def factors_of(user: User) -> Factors:
    """Return what a user has."""
    rows = list(Authenticator.objects.filter(user=user).order_by("created_at", "pk"))
    codes = next((row for row in rows if row.type == Type.RECOVERY_CODES), None)
    return Factors(
        app=next((row for row in rows if row.type == Type.TOTP), None),
        passkeys=tuple(
            Passkey(row.pk, str(row.wrap().name), row.created_at, row.last_used_at)
            for row in rows
            if row.type == Type.WEBAUTHN
        ),
        codes_left=None if codes is None else len(codes.wrap().get_unused_codes()),
    )


def needs_second_factor(user: User) -> bool:
    """Tell whether the role of a user asks for a second factor."""
    return RoleRule.objects.filter(role=user.role, needs_second_factor=True).exists()


def with_missing_factor(users: QuerySet[User]) -> QuerySet[User]:
    """Add to users ``lacks_second_factor``: the role asks for a second factor, and there is none."""
    return users.annotate(lacks_second_factor=_lacks())


def lacking_factor(users: QuerySet[User]) -> QuerySet[User]:
    """Return those whose role asks for a second factor, and who have none."""
    return users.filter(_lacks())


def _lacks() -> Q:
    asks = RoleRule.objects.filter(role=OuterRef("role"), needs_second_factor=True)
    has = Authenticator.objects.filter(user=OuterRef("pk"), type__in=PRIMARY)
    return Q(Exists(asks)) & ~Q(Exists(has))


def roles_that_need_it() -> list[str]:
    """Return the roles that need a second factor."""
    return sorted(RoleRule.objects.filter(needs_second_factor=True).values_list("role", flat=True))
