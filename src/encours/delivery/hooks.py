"""Know who wants to hear, in the same transaction, that messages changed state or were refused later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

Listener = Callable[[Sequence[str], dt.datetime], None]
"""Called with the references whose messages changed state (each once, sorted) and the moment of the change.

It runs inside the transaction of the change: what it raises undoes both. Many references may come at once,
so it should read and write by set (``queries.states_of_many``).
"""

RefusalListener = Callable[[str, str, str, dt.datetime], None]
"""Called with the reference, the address, the reason and the moment when a report refuses an address.

It runs inside the transaction of the report, before the message itself moves.
"""

_listeners: list[Listener] = []
_refusal_listeners: list[RefusalListener] = []


def register(listener: Listener) -> None:
    """Have a listener called from now on; registering it again changes nothing."""
    if listener not in _listeners:
        _listeners.append(listener)


def unregister(listener: Listener) -> None:
    """No longer call a listener."""
    _listeners.remove(listener)


def tell(references: Iterable[str], now: dt.datetime) -> None:
    """Call every listener with the references that changed."""
    changed = sorted(set(references))
    if changed:
        for listener in _listeners:
            listener(changed, now)


def register_for_refusals(listener: RefusalListener) -> None:
    """Have a listener called from now on for each address that a report refuses."""
    if listener not in _refusal_listeners:
        _refusal_listeners.append(listener)


def tell_refusal(*, reference: str, address: str, reason: str, now: dt.datetime) -> None:
    """Call every listener with an address that a report refused."""
    for listener in _refusal_listeners:
        listener(reference, address, reason, now)
