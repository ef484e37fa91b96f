"""What every address allows to whom: one module per app, each with a dict PAGES by the name of the address.

An address is tried by nobody, by each role and with each method, on the user's own entity and on another one.
Add a line for a new address in the module of its app (make the module if it is the first):

    PAGES = {
        "receivables:invoice": Page(get=Role.READER, args=lambda side: {"pk": side.invoice.pk}),
        "receivables:allocate": Page(
            post=Role.COLLECTOR,
            args=lambda side: {"pk": side.payment.pk},
            body=lambda side: {"invoice": side.invoice.pk, "amount": "1,00"},
        ),
    }

``get`` and ``post`` name the least role (None: the method is not allowed, 405). ``args`` are those of the
address and ``body`` what is sent, for one side (see world.Side: own or other): with the other side's object
in either, the answer must be 404 and nothing may have changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

from encours.access.models import Role
from tests.access.world import Side

Fields = Mapping[str, str | int]


def nothing(_side: Side) -> Fields:
    """Return no argument: the address names no object."""
    return {}


@dataclass(frozen=True, slots=True)
class Page:
    """Who may do what at one address."""

    get: Role | None = None
    post: Role | None = None
    args: Callable[[Side], Fields] = nothing
    body: Callable[[Side], Fields] = nothing
    query: Callable[[Side], Fields] = nothing
    is_public: bool = False
    is_personal: bool = False  # the objects belong to one user, whatever the entity
    is_of_another: bool = False  # the object belongs to one user who tries nothing here: nobody finds it

    @property
    def names_an_object(self) -> bool:
        """Tell whether the address names an object that belongs to an entity."""
        return self.args is not nothing and not self.is_personal


def all_pages() -> dict[str, Page]:
    """Return the expectations of every app by the name of the address."""
    found: dict[str, Page] = {}
    for module in iter_modules(__path__):
        found.update(import_module(f"{__name__}.{module.name}").PAGES)
    return found
