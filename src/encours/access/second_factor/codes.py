"""Codes of an authenticator app (RFC 6238): each counts once, and a clock may be half a minute wrong."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote, urlencode

import segno
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.utils.crypto import constant_time_compare

PERIOD_SECONDS = 30
TOLERANCE = 1  # steps before and after


def matching_step(secret: str, code: str, *, after: int, now: dt.datetime) -> int | None:
    """Return the time step whose code this is; None if it is none, or not later than the last one used."""
    present = int(now.timestamp()) // PERIOD_SECONDS
    for step in range(present - TOLERANCE, present + TOLERANCE + 1):
        if step > after and constant_time_compare(code, format_hotp_value(hotp_value(secret, step))):
            return step
    return None


def code_at(secret: str, now: dt.datetime) -> str:
    """Return the code that an app shows at a moment."""
    return str(format_hotp_value(hotp_value(secret, int(now.timestamp()) // PERIOD_SECONDS)))


def app_address(username: str, secret: str) -> str:
    """Return the address that an authenticator app reads from a QR code."""
    query = urlencode({"secret": secret, "issuer": "Encours"}, quote_via=quote)
    return f"otpauth://totp/{quote(f'Encours:{username}')}?{query}"


def qr_code(address: str) -> str:
    """Return a QR code as the address of an image."""
    return str(segno.make(address, error="m", micro=False).svg_data_uri(scale=5, border=2))


def only_digits(code: str) -> str:
    """Return a typed code without its spaces and dashes."""
    return "".join(code.replace("-", " ").split())
