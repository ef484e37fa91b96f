"""Every field for a day can be typed into, and offers the browser's calendar where there is one."""

from __future__ import annotations

import re

import pytest

from encours.access.models import Role
from tests import build
from tests.desk.pages import signed_in, user

pytestmark = pytest.mark.django_db


def test_every_field_for_a_day_is_text_that_a_script_completes() -> None:
    account = build.account()
    build.invoice(account)
    client = signed_in(user(role=Role.ADMINISTRATOR))
    for path in (
        f"/comptes/{account.pk}/suspendre/",
        f"/comptes/{account.pk}/factures/nouvelle/",
        f"/comptes/{account.pk}/reglements/nouveau/",
        f"/comptes/{account.pk}/encours/",
        "/etats/?de=&a=",
        "/administration/journal/",
    ):
        page = client.get(path).content.decode()
        days = re.findall(r'<input[^>]*placeholder="JJ/MM/AAAA"[^>]*>', page)
        assert days, path
        assert all('data-date=""' in day and 'type="date"' not in day for day in days), path
        assert '<template id="choisir-date">' in page
