"""How long a session lasts: a while without use, and never longer than a day's work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

BEGAN = "encours.began"
SEEN = "encours.seen"
CONFIRMED = "encours.confirmed"
NOTED_EVERY_SECONDS = 60
CONFIRMED_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Limits:
    """The longest time without use, and the longest of all, in seconds."""

    idle: int
    absolute: int


def is_over(session: Mapping[str, object], limits: Limits, *, now: dt.datetime) -> bool:
    """Tell whether a session has ended; one that was never noted has just begun."""
    moment = now.timestamp()
    began, seen = _number(session.get(BEGAN), moment), _number(session.get(SEEN), moment)
    return moment - seen > limits.idle or moment - began > limits.absolute


def is_due(session: Mapping[str, object], *, now: dt.datetime) -> bool:
    """Tell whether it is time to note that the session is used."""
    return now.timestamp() - _number(session.get(SEEN), 0) >= NOTED_EVERY_SECONDS


def is_confirmed(session: Mapping[str, object], *, now: dt.datetime) -> bool:
    """Tell whether the user has proved a short while ago that it is him."""
    return now.timestamp() - _number(session.get(CONFIRMED), 0) <= CONFIRMED_SECONDS


def _number(value: object, default: float) -> float:
    return float(value) if isinstance(value, int | float) else default
