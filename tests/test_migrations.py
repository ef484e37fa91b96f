"""The database answers, whichever engine the suite runs on."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from encours.dunning.models import MessageTemplate


@pytest.mark.django_db
def test_the_models_have_no_change_without_a_migration() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_a_test_leaves_has_what_a_new_one_has() -> None:
    templates = list(MessageTemplate.objects.order_by("id").values_list("id", "code"))
    assert templates
    call_command("flush", interactive=False, inhibit_post_migrate=True, verbosity=0)
    assert list(MessageTemplate.objects.order_by("id").values_list("id", "code")) == templates
