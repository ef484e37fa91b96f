"""Every write about second factors: enrol, use, remove, and say which roles need one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.utils import decrypt, encrypt
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.db import transaction
from django.utils.translation import gettext as _

from encours.access.errors import UserRefusal
from encours.access.models import Role, RoleRule, User
from encours.access.second_factor.codes import matching_step, only_digits
from encours.access.second_factor.queries import PRIMARY, Type, needs_second_factor
from encours.audit.record import record
from encours.core.actors import Actor


def enrol_app(*, user: User, secret: str, code: str, actor: Actor, now: dt.datetime) -> list[str]:
    """Give a user an authenticator app, and recovery codes if he had none; return the new codes."""
    step = matching_step(secret, only_digits(code), after=0, now=now)
    if step is None:
        raise UserRefusal(
            _("Ce code n'est pas le bon\u00a0: vérifiez l'heure du téléphone et recopiez le code affiché."),
            field="code",
        )
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        Authenticator.objects.filter(user=user, type=Type.TOTP).delete()
        Authenticator.objects.create(
            user=user, type=Type.TOTP, data={"secret": encrypt(secret), "last_step": step}, created_at=now
        )
        codes = _first_codes(user)
        record(actor=actor, action="user.enrol_app", subject=user.username, now=now)
    return codes


def add_passkey(
    *, user: User, name: str, credential: dict[str, Any], actor: Actor, now: dt.datetime
) -> list[str]:
    """Give a user a passkey whose answer was verified, and recovery codes if he had none."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        WebAuthn.add(user, name, credential)
        codes = _first_codes(user)
        record(actor=actor, action="user.add_passkey", subject=user.username, after={"name": name}, now=now)
    return codes


def make_recovery_codes(*, user: User, actor: Actor, now: dt.datetime) -> list[str]:
    """Replace the recovery codes of a user who has a second factor; the former ones are void."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if not Authenticator.objects.filter(user=user, type__in=PRIMARY).exists():
            raise UserRefusal(_("Ajoutez d'abord une application ou une clé d'accès."))
        Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).delete()
        codes = _first_codes(user)
        record(actor=actor, action="user.make_recovery_codes", subject=user.username, now=now)
    return codes


def remove_factor(*, user: User, factor_id: int, actor: Actor, now: dt.datetime) -> None:
    """Remove an app or a passkey of a user; recovery codes go with the last one. Gone already: nothing."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        own = Authenticator.objects.filter(user=user, type__in=PRIMARY)
        factor = own.filter(pk=factor_id).first()
        if factor is None:
            return
        is_last = own.count() == 1
        if is_last and needs_second_factor(user):
            raise UserRefusal(
                _(
                    "Votre rôle demande un second facteur\u00a0: ajoutez-en un autre avant de retirer "
                    "celui-ci."
                )
            )
        removed = {"type": str(factor.type), "name": str(factor)}
        factor.delete()
        if is_last:
            Authenticator.objects.filter(user=user).delete()
        record(
            actor=actor, action="user.remove_second_factor", subject=user.username, before=removed, now=now
        )


def reset_second_factor(*, user: User, actor: Actor, now: dt.datetime) -> None:
    """Remove all second factors of a user who has lost them: his administrator has made sure who asks."""
    with transaction.atomic():
        types = list(Authenticator.objects.filter(user=user).order_by("pk").values_list("type", flat=True))
        Authenticator.objects.filter(user=user).delete()
        record(
            actor=actor,
            action="user.reset_second_factor",
            subject=user.username,
            before={"factors": types},
            now=now,
        )


def use_code(*, user: User, code: str, now: dt.datetime) -> str | None:
    """Use a code of the app or a recovery code, once; return which it was, None if it is none of them."""
    digits = only_digits(code)
    with transaction.atomic():
        rows = Authenticator.objects.select_for_update().filter(user=user).exclude(type=Type.WEBAUTHN)
        for factor in rows.order_by("-type"):  # the app first
            used = _use_app if factor.type == Type.TOTP else _use_recovery_code
            if used(factor, digits, now):
                return str(factor.type)
    return None


def set_role_rules(*, roles: Collection[str], actor: Actor, now: dt.datetime) -> None:
    """Say which roles need a second factor, from their next page on."""
    with transaction.atomic():
        before = sorted(
            RoleRule.objects.select_for_update()
            .filter(needs_second_factor=True)
            .values_list("role", flat=True)
        )
        for role in Role:
            RoleRule.objects.update_or_create(role=role, defaults={"needs_second_factor": role in roles})
        record(
            actor=actor,
            action="settings.set_role_rules",
            subject="second_factor",
            before={"roles": before},
            after={"roles": sorted(roles)},
            now=now,
        )


def _first_codes(user: User) -> list[str]:
    """Return new recovery codes for a user who has none; nothing for one who has."""
    if Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).exists():
        return []
    return list(RecoveryCodes.activate(user).generate_codes())


def _use_app(factor: Authenticator, digits: str, now: dt.datetime) -> bool:
    secret = decrypt(factor.data["secret"])
    step = matching_step(secret, digits, after=factor.data["last_step"], now=now) if secret else None
    if step is None:
        return False
    factor.data["last_step"] = step
    factor.last_used_at = now
    factor.save(update_fields=["data", "last_used_at"])
    return True


def _use_recovery_code(factor: Authenticator, digits: str, now: dt.datetime) -> bool:
    if not decrypt(factor.data["seed"]) or not factor.wrap().validate_code(digits):
        return False
    Authenticator.objects.filter(pk=factor.pk).update(last_used_at=now)
    return True
