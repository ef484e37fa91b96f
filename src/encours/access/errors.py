"""What the actions on users refuse, each with the sentence that the user reads."""

from __future__ import annotations

from django.utils.translation import gettext as _

from encours.core.errors import Refusal


class UserRefusal(Refusal):
    """An action on a user was refused; the message says why and what to do."""


class UsernameTaken(UserRefusal):
    """Another user has this sign-in name."""

    def __init__(self, username: str) -> None:
        super().__init__(
            _("L'identifiant «\u00a0%(name)s\u00a0» est déjà pris\u00a0: choisissez-en un autre.")
            % {"name": username}
        )


class WeakPassword(UserRefusal):
    """The password does not follow the rules."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))


class WrongPassword(UserRefusal):
    """The present password was not given right."""

    def __init__(self) -> None:
        super().__init__(_("Le mot de passe actuel n'est pas le bon."))
