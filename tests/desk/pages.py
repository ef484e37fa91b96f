"""Read a page as a user does: its words without markup, and its controls by their names."""

from __future__ import annotations

import re
from html import unescape

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client

from encours.access import actions
from encours.access.models import Role, User
from tests import build


def user(username: str = "gestion", role: Role = Role.COLLECTOR, *entity_ids: int) -> User:
    """Return a new user who sees these entities, or all of them."""
    return actions.create_user(
        username=username,
        full_name=f"Personne {username}",
        role=role,
        email=f"{username}@example.org",
        entity_ids=list(entity_ids),
        sees_all_entities=not entity_ids,
        actor=build.ACTOR,
        now=build.NOW,
    )


def signed_in(who: User) -> Client:
    """Return a client that is signed in."""
    client = Client()
    client.force_login(who)
    return client


def words(answer: HttpResponseBase) -> str:
    """Return the text of a page, spaces made one; no-break spaces stay what they are."""
    assert isinstance(answer, HttpResponse)
    text = re.sub(r"<(script|style)[^>]*>.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(re.split(r"[ \n\r\t]+", unescape(re.sub(r"<[^>]+>", " ", text))))


def options(answer: HttpResponse, name: str) -> dict[str, str]:
    """Return the options of a select by value."""
    [select] = re.findall(
        rf'<select[^>]* name="{name}"[^>]*>(.*?)</select>', answer.content.decode(), re.DOTALL
    )[:1]
    found = re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)</option>', select)
    return {unescape(value): unescape(label) for value, label in found}
