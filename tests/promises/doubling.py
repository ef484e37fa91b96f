"""Press «Enregistrer la relance» twice at once, over HTTP to a real server, and count reminders."""

from __future__ import annotations

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import unescape
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from tests.processes import Server
from tests.promises.installation import Installation

AT_ONCE = 4
ANSWER_SECONDS = 60.0
TOLD_LENGTH = 600
MODULE = "tests.promises.launching"


@dataclass(frozen=True, slots=True)
class DoubleFigures:
    """How many reminders were asked for, each twice at once, and what came of it."""

    actions: int
    posts: int
    well_answered: int
    """Posts that led to the page of a reminder: both of a pair to the same one."""
    reminders: int
    envelopes: int
    odd: tuple[str, ...] = ()
    """The other answers: where a post led, or its status and what the page says."""


class Browser:
    """What a browser without JavaScript keeps of a visit: its cookies."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        """Return a page."""
        with self._opener.open(self._url + path, timeout=ANSWER_SECONDS) as answer:
            return str(answer.read().decode())

    def post(self, path: str, fields: list[tuple[str, str]]) -> str:
        """Send a form, follow where it leads, and return the address of the page that answers.

        Of a refusal, return its status and what the page tells before its form.
        """
        data = urlencode(fields).encode()
        try:
            with self._opener.open(self._url + path, data, timeout=ANSWER_SECONDS) as answer:
                return str(answer.geturl()).removeprefix(self._url)
        except HTTPError as error:
            with error:
                return f"{error.code} {path}: {_told(error.read().decode())}"

    def sign_in(self, username: str, password: str) -> None:
        """Sign in as a person does."""
        token = _fields(self.get("/connexion/"))["csrfmiddlewaretoken"][0]
        where = self.post(
            "/connexion/",
            [("csrfmiddlewaretoken", token), ("username", username), ("password", password)],
        )
        assert "connexion" not in where, where


def post_twice(place: Installation, count: int) -> DoubleFigures:
    """Prepare a reminder of each account of the ledger, then record each one twice at the same moment."""
    told = json.loads(place.run("accounts", module=MODULE))
    with Server(place.folder / "data", DATABASE_URL=place.database_url, EMAIL_URL=place.mail.url) as server:
        browser = Browser(server.url)
        browser.sign_in(told["username"], told["password"])
        paths = [f"/comptes/{pk}/relance/" for pk in told["accounts"][:count]]
        forms = [_second_step(browser, path, told["template"]) for path in paths]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            pairs = list(pool.map(lambda form: _twice(browser, *form), forms))
    report = json.loads(place.run("report", module=MODULE))
    odd = [answer for pair in pairs if not _is_well(pair) for answer in pair]
    return DoubleFigures(
        actions=len(forms),
        posts=2 * len(forms),
        well_answered=2 * len(forms) - len(odd),
        reminders=sum(len(hashes) for hashes in report["documents"].values()),
        envelopes=len(report["outbox"]["messages"]),
        odd=tuple(odd),
    )


def _is_well(pair: list[str]) -> bool:
    return len(set(pair)) == 1 and pair[0].startswith("/relances/")


def _told(page: str) -> str:
    """Return the first words of the content of a page."""
    text = re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", " ", page[page.find("<main") :], flags=re.DOTALL)
    return " ".join(unescape(text).split())[:TOLD_LENGTH]


def _second_step(browser: Browser, path: str, template: int) -> tuple[str, list[tuple[str, str]]]:
    """Go through the first step, and return where the second is sent, with its fields as they stand."""
    first = {**_fields(browser.get(path)), "modele": [str(template)]}
    where = browser.post(path, _pairs(first))
    assert where.endswith("?etape=2"), where
    return where, [*_pairs(_fields(browser.get(where))), ("enregistrer", "1")]


def _pairs(fields: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, values in fields.items() for value in values]


def _twice(browser: Browser, path: str, fields: list[tuple[str, str]]) -> list[str]:
    gate = threading.Barrier(2)

    def send(_which: int) -> str:
        gate.wait(ANSWER_SECONDS)
        return browser.post(path, fields)

    with ThreadPoolExecutor(2) as pair:
        return list(pair.map(send, range(2)))


def _fields(page: str) -> dict[str, list[str]]:
    """Read the fields of a page as a browser would send them."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_choice = attributes.get("type") in ("checkbox", "radio")
        if "name" in attributes and (not is_choice or " checked" in tag):
            value = attributes.get("value", "on" if is_choice else "")
            found.setdefault(attributes["name"], []).append(unescape(value))
    for name, body in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        if chosen := re.search(r'<option value="([^"]*)" selected', body):
            found[name] = [chosen[1]]
    for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL):
        found[name] = [unescape(text)]
    return found
