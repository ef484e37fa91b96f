"""Know who makes a request, and from where, in the form that actions record."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

from encours.access.models import User
from encours.access.rights import user_of
from encours.core.actors import Actor


def address_of(request: HttpRequest) -> str:
    """Return the network address of the caller; behind our own https proxy, the one that the proxy saw."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")[-1].strip()
    if forwarded and getattr(settings, "IS_HTTPS", False) and _is_loopback(direct):
        return forwarded[:64]
    return direct[:64]


def actor_of(request: HttpRequest) -> Actor:
    """Return who is signed in as the author of an action."""
    return actor_for(user_of(request), request)


def actor_for(user: User, request: HttpRequest) -> Actor:
    """Return a given user as the author of an action made by this request."""
    return Actor(
        name=user.full_name or user.username,
        user_id=user.pk,
        email=user.email,
        address=address_of(request),
        request_id=str(getattr(request, "request_id", "")),
    )


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == ""  # a Unix socket: the proxy is on this machine
