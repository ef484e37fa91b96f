"""Users, their role and the billing entities that each of them may see."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy


class Role(models.TextChoices):
    """What a user may do with the entities in his scope; each role includes the one before."""

    READER = "reader", gettext_lazy("Lecture")
    COLLECTOR = "collector", gettext_lazy("Gestion des relances")
    ADMINISTRATOR = "administrator", gettext_lazy("Administration")


class Theme(models.TextChoices):
    """How the interface is coloured."""

    AUTO = "auto", gettext_lazy("Selon l'appareil")
    LIGHT = "light", gettext_lazy("Clair")
    DARK = "dark", gettext_lazy("Sombre")


class Density(models.TextChoices):
    """How much a page shows at once."""

    DENSE = "dense", gettext_lazy("Dense")
    COMFORTABLE = "comfortable", gettext_lazy("Aérée")


class UserManager(BaseUserManager["User"]):
    """Find users by their sign-in name."""

    use_in_migrations = True


class User(AbstractBaseUser):
    """A person who signs in; he sees nothing outside his billing entities."""

    username = models.CharField(max_length=150, unique=True)
    full_name = models.CharField(max_length=150)
    email = models.EmailField(blank=True)
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.READER)
    sees_all_entities = models.BooleanField(default=False)
    entities = models.ManyToManyField("parties.BillingEntity", blank=True, related_name="users")
    language = models.CharField(max_length=2, choices=[("fr", "Français"), ("en", "English")], default="fr")
    has_shortcuts = models.BooleanField(default=True)
    theme = models.CharField(max_length=8, choices=Theme.choices, default=Theme.AUTO)
    density = models.CharField(max_length=12, choices=Density.choices, default=Density.DENSE)
    hides_first_steps = models.BooleanField(default=False)
    may_issue_formal_notices = models.BooleanField(default=False)
    accounts_per_page = models.PositiveSmallIntegerField(default=25)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        constraints = [
            models.CheckConstraint(name="user_role_is_known", condition=Q(role__in=Role.values)),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username


class RoleRule(models.Model):
    """What is asked of everybody who has a role."""

    role = models.CharField(max_length=16, choices=Role.choices, primary_key=True)
    needs_second_factor = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.role


class OpenSession(models.Model):
    """Where and when a session was opened; the session itself is Django's, under the same key."""

    session_key = models.CharField(max_length=40, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="open_sessions")
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    address = models.CharField(max_length=64, blank=True)
    browser = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.began_at:%Y-%m-%d %H:%M:%S}"


class SignInFailures(models.Model):
    """How often a proof failed for one key (a digest of a name, an address…) since its window began."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    window_started_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.count}"
