"""Follow every link from page to page on the demonstration, as each role: none is dead or fails."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, deque
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client

from encours.access.models import Role, User
from encours.core.days import PARIS
from encours.desk.demo.play import Player
from encours.desk.demo.users import ensure_users
from encours.desk.management.commands.demo import AUTHOR

MAX_PAGES = 400
SAME_SHAPE = 3
"""How many addresses that differ by a number or a reference only are followed."""

ALLOWED = {200, 204, 302}
IGNORED = ("/static/", "/deconnexion/")


class Links(HTMLParser):
    """Collects what a page links to, gets by htmx, or shows as an image."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            is_link = name == "hx-get" or (name == "href" and tag == "a") or (name == "src" and tag == "img")
            if is_link and value and not value.startswith(("data:", "mailto:", "#")):
                self.found.append(value)


def links_of(page: str, address: str) -> list[str]:
    parser = Links()
    parser.feed(page)
    absolute = [urljoin(address, link).partition("#")[0] for link in parser.found]
    return [link for link in absolute if urlsplit(link).netloc == "" and not link.startswith(IGNORED)]


def shape_of(address: str) -> str:
    path, _, query = address.partition("?")
    shape = re.sub(r"\d+", "0", re.sub(r"/[A-Z][A-Z-]+-\d+/", "/REF/", path))
    return f"{shape}?{'&'.join(sorted({part.split('=')[0] for part in query.split('&')}))}"


def walk(client: Client) -> tuple[Counter[int], list[str]]:
    """Return how many answers had each status, and what was wrong, with the page that led there."""
    waiting, seen, shapes = deque([("/", "")]), {"/"}, Counter[str]()
    statuses: Counter[int] = Counter()
    wrong: list[str] = []
    while waiting and sum(statuses.values()) < MAX_PAGES:
        address, origin = waiting.popleft()
        answer = client.get(address)
        statuses[answer.status_code] += 1
        if answer.status_code not in ALLOWED:
            wrong.append(f"{answer.status_code} {address} (from {origin})")
        if answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming:
            for link in links_of(answer.content.decode(), address):
                shape = shape_of(link)
                if link not in seen and shapes[shape] < SAME_SHAPE:
                    seen.add(link)
                    shapes[shape] += 1
                    waiting.append((link, address))
    return statuses, wrong


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_no_link_is_dead(role: Role) -> None:
    now = dt.datetime.now(PARIS)
    Player(today=now.date(), actor=AUTHOR, zone=PARIS).play()
    ensure_users(renew=False, actor=AUTHOR, now=now)
    client = Client()
    client.force_login(User.objects.get(role=role))
    statuses, wrong = walk(client)
    assert sorted(wrong) == []
    assert statuses[200] > 10
