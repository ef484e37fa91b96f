"""Know believable billing entities, customers, addresses and ways of paying."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import count

from encours.core.search import normalise


@dataclass(frozen=True, slots=True)
class SyntheticEntity:
    """A billing entity, the share of the accounts it has, and its currencies by weight."""

    code: str
    name: str
    town: str
    share: float
    currencies: dict[str, float]


ENTITIES = (
    SyntheticEntity("AUBRAC", "Aubrac Audit", "Paris", 0.40, {"EUR": 1}),
    SyntheticEntity("BELLEDONNE", "Belledonne Conseil", "Lyon", 0.25, {"EUR": 1}),
    SyntheticEntity("CEVENNES", "Cévennes Formation", "Nîmes", 0.15, {"EUR": 1}),
    SyntheticEntity("DOUGGA", "Dougga Services", "Tunis", 0.12, {"TND": 0.85, "EUR": 0.15}),
    SyntheticEntity("EDO", "Edo Ingénierie", "Tokyo", 0.08, {"JPY": 0.8, "EUR": 0.2}),
)


def _words(text: str) -> list[str]:
    return text.split()


_TRADES = _words(
    "Ateliers Menuiserie Garage Transports Imprimerie Pharmacie Boulangerie Clinique Lycée Librairie Hôtel"
    " Électricité Maçonnerie Fonderie Laboratoire Coopérative Mairie Scierie Vergers Domaine Établissements"
    " Société Groupe Compagnie Cabinet Comptoir Manufacture Brasserie Conserverie Plomberie"
)
_NAMES = _words(
    "Lefèvre Durand Garnier Béranger Mercier Lambert Faure Girard Bonnet Chevalier Renaud Gauthier Perrin"
    " Morel Clément Étienne Poirier Delacroix Marchand Vidal Rolland Besson Charpentier Fontaine Leclercq"
    " Noël Barbier Lacroix Guérin Muller Haddad Trabelsi Ben Salah Nakamura Œuvrard Sørensen García Peña"
)
_ENDINGS = ("SARL", "SAS", "et fils", "Frères", "SA", "Nord", "Sud", "Atlantique", "International", "")
_TOWNS = (
    ("75009", "Paris"),
    ("69003", "Lyon"),
    ("13006", "Marseille"),
    ("59000", "Lille"),
    ("44000", "Nantes"),
    ("67000", "Strasbourg"),
    ("33000", "Bordeaux"),
    ("31000", "Toulouse"),
    ("35000", "Rennes"),
    ("06000", "Nice"),
)
_STREETS = ("rue du Commerce", "avenue de la Gare", "place du Marché", "rue Victor-Hugo", "quai du Port")


@dataclass(frozen=True, slots=True)
class Habit:
    """How an account pays: its share, the mean and spread of days after the due date, and how often never."""

    name: str
    share: float
    mean_days: float
    spread_days: float
    never: float


HABITS = (
    Habit("prompt", 0.52, -2, 4, 0.002),
    Habit("slack", 0.30, 8, 9, 0.008),
    Habit("late", 0.14, 40, 25, 0.03),
    Habit("very late", 0.035, 110, 60, 0.10),
    Habit("insolvent", 0.005, 0, 1, 1.0),
)


@dataclass(frozen=True, slots=True)
class SyntheticCustomer:
    """A customer with his contact; an empty e-mail or postcode makes the contact red."""

    id: int
    code: str
    name: str
    language: str
    kind: str
    email: str
    street: str
    postcode: str
    town: str

    @property
    def search_name(self) -> str:
        """Return the text by which it is searched and sorted."""
        return normalise(f"{self.code} {self.name}")


@dataclass(frozen=True, slots=True)
class SyntheticAccount:
    """An account, how many invoices it will receive and how it pays them."""

    id: int
    entity_index: int
    customer: SyntheticCustomer
    currency: str
    habit: Habit
    pays_monthly: bool
    weight: float


def make_customer(rng: random.Random, customer_id: int) -> SyntheticCustomer:
    """Return one customer; one in eight has no e-mail, one in fifteen an incomplete address."""
    name = " ".join(part for part in map(rng.choice, (_TRADES, _NAMES, _ENDINGS)) if part)
    code = f"C{customer_id:06d}"
    postcode, town = rng.choice(_TOWNS)
    return SyntheticCustomer(
        id=customer_id,
        code=code,
        name=name,
        language="en" if rng.random() < 0.08 else "fr",
        kind=rng.choices(("professional", "public", "consumer"), (0.86, 0.09, 0.05))[0],
        email="" if rng.random() < 0.125 else f"compta@{code.lower()}.example",
        street=f"{rng.randint(1, 180)} {rng.choice(_STREETS)}",
        postcode="" if rng.random() < 0.066 else postcode,
        town=town,
    )


def make_accounts(rng: random.Random, customer: SyntheticCustomer, ids: count[int]) -> list[SyntheticAccount]:
    """Return the accounts of a customer: most buy from one entity, some from two or three."""
    wanted = rng.choices((1, 2, 3), (0.82, 0.14, 0.04))[0]
    chosen: list[int] = []
    while len(chosen) < wanted:
        index = rng.choices(range(len(ENTITIES)), [entity.share for entity in ENTITIES])[0]
        if index not in chosen:
            chosen.append(index)
    accounts = []
    for index in sorted(chosen):
        currencies = ENTITIES[index].currencies
        accounts.append(
            SyntheticAccount(
                id=next(ids),
                entity_index=index,
                customer=customer,
                currency=rng.choices(list(currencies), list(currencies.values()))[0],
                habit=rng.choices(HABITS, [habit.share for habit in HABITS])[0],
                pays_monthly=rng.random() < 0.2,
                weight=rng.lognormvariate(0, 1.2),
            )
        )
    return accounts
