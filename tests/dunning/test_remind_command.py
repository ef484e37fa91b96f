"""`encours remind` and `encours document`, as somebody at the command line sees them."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from encours.access.models import Role, User
from encours.archive import store
from encours.console import Refused
from encours.dunning.models import MessageTemplate, Reminder
from encours.dunning.runs.models import ReminderRun
from encours.parties.models import Account
from tests import build
from tests.dunning.issuing import remind_one, template

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("remind", *arguments, "--json", stdout=out)
    result = json.loads(out.getvalue())
    assert isinstance(result, dict)
    return result


def three_accounts() -> list[Account]:
    reachable, silent = (
        build.account(build.customer("A")),
        build.account(build.customer("B", with_contact=False)),
    )
    build.contact(silent.customer, emails="")
    paid = build.account(build.customer("C"))
    for account in (reachable, silent, paid):
        build.invoice(account, f"FAC-{account.customer.code}")
    build.allocation(build.payment(paid, amount=1_140_000), paid.invoices.get())
    return [reachable, silent, paid]


def test_every_overdue_account_is_reminded_and_the_others_are_given_with_their_reason() -> None:
    three_accounts()
    assert run("--template", "E1") == {
        "issued": [
            {
                "reference": "TOPCONSEIL-1",
                "entity": "TOPCONSEIL",
                "customer": "A",
                "invoices": ["FAC-A"],
                "mode": "email",
            }
        ],
        "left": [
            {"entity": "TOPCONSEIL", "customer": "B", "reason": "no_email"},
            {"entity": "TOPCONSEIL", "customer": "C", "reason": "nothing_overdue"},
        ],
        "pending": [],
        "failed": [],
    }
    assert Reminder.objects.get().author_name == "ligne de commande"


def test_the_command_keeps_its_proposal_and_its_run_as_the_screen_does() -> None:
    three_accounts()
    run("--template", "E1")
    (kept,) = ReminderRun.objects.all()
    assert (kept.state, kept.launched_by_name) == ("done", "ligne de commande")
    assert list(kept.lines.order_by("position").values_list("state", "reason")) == [
        ("issued", ""),
        ("left", "no_email"),
        ("left", "nothing_overdue"),
    ]
    run("--template", "E1")
    assert ReminderRun.objects.order_by("pk").last().state == "stopped"  # type: ignore[union-attr]


def test_nobody_to_remind_is_no_error() -> None:
    template("E1")
    assert run("--template", "E1") == {"issued": [], "left": [], "pending": [], "failed": []}
    assert not ReminderRun.objects.exists()


def test_an_account_that_fails_is_told_and_stops_no_other() -> None:
    first, _silent, _paid = three_accounts()
    build.invoice(build.account(build.customer("D"), entity_code="AUTRE"))
    MessageTemplate.objects.filter(code="E1").update(entity=first.entity)
    out = StringIO()
    with pytest.raises(Refused, match="AUTRE D : Aucun modèle de mode"):
        call_command("remind", "--template", "E1", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert [row["customer"] for row in told["issued"]] == ["A"]
    assert [row["customer"] for row in told["failed"]] == ["D"]


def test_a_second_run_leaves_everybody_out() -> None:
    three_accounts()
    run("--template", "L1")
    again = run("--template", "E1")
    assert again["issued"] == []
    assert [row["reason"] for row in again["left"]] == [
        "recently_reminded",
        "recently_reminded",
        "nothing_overdue",
    ]
    assert [row["reference"] for row in run("--template", "L1", "--not-reminded-since", "0")["issued"]] == [
        "TOPCONSEIL-3",
        "TOPCONSEIL-4",
    ]


def test_a_dry_run_decides_the_same_and_issues_nothing() -> None:
    three_accounts()
    planned = run("--template", "E1", "--dry-run")
    assert (Reminder.objects.count(), ReminderRun.objects.count()) == (0, 0)
    assert [row.pop("reference") for row in planned["issued"]] == [None]
    done = run("--template", "E1")
    assert [row.pop("reference") for row in done["issued"]] == ["TOPCONSEIL-1"]
    assert planned == done


@pytest.mark.parametrize(
    ("options", "customers"),
    [
        ([], ["A", "B"]),
        (["--customer", "B"], ["B"]),
        (["--entity", "TOPCONSEIL", "--customer", "A", "--customer", "C"], ["A"]),
        (["--min-days-late", "36500"], []),
        (["--min-amount", "11 400,00"], ["A", "B"]),
        (["--min-amount", "11400.01"], []),
    ],
)
def test_the_options_narrow_who_is_reminded(options: list[str], customers: list[str]) -> None:
    three_accounts()
    assert [row["customer"] for row in run("--template", "L1", *options)["issued"]] == customers


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--template", "L9"], "le modèle « L9 » n'existe pas ; modèles actifs : E1, E2, E3, EMED, L1"),
        (["--template", "L1", "--entity", "NOPE"], "entité facturante inconnue : NOPE"),
        (["--template", "L1", "--customer", "NOPE"], "client inconnu : NOPE"),
        (["--template", "L1", "--user", "nobody"], "l'utilisateur « nobody » n'existe pas"),
        (["--template", "L1", "--user", "reader"], "n'a pas le droit de relancer"),
        (["--template", "L1", "--user", "gone"], "est inactif"),
    ],
)
def test_what_is_not_known_is_refused_and_nothing_is_issued(options: list[str], message: str) -> None:
    three_accounts()
    User.objects.create(username="reader", full_name="Luc Petit", role=Role.READER, created_at=build.NOW)
    User.objects.create(
        username="gone", full_name="Léa Petit", role=Role.COLLECTOR, is_active=False, created_at=build.NOW
    )
    with pytest.raises(Refused, match=message):
        run(*options)
    assert Reminder.objects.count() == 0


@pytest.mark.parametrize(
    "options",
    [["--min-days-late", "-1"], ["--min-amount", "NaN"], ["--min-amount", "1e40"], ["--min-amount", "x"]],
)
def test_a_number_that_is_not_one_is_a_wrong_usage(options: list[str]) -> None:
    with pytest.raises(CommandError, match="n'est pas un"):
        run("--template", "L1", *options)


def test_a_user_is_the_author_and_reminds_his_entities_only() -> None:
    three_accounts()
    other = build.account(build.customer("D"), entity_code="AUTRE")
    build.invoice(other)
    user = User.objects.create(
        username="gestion",
        full_name="Anne Leroy",
        email="anne@tc.example",
        role=Role.COLLECTOR,
        created_at=build.NOW,
    )
    user.entities.add(other.entity)
    result = run("--template", "E1", "--user", "gestion")
    assert [(row["reference"], row["customer"]) for row in result["issued"]] == [("AUTRE-1", "D")]
    assert result["left"] == []
    reminder = Reminder.objects.get()
    assert (reminder.author_name, reminder.author_user_id) == ("Anne Leroy", user.pk)
    assert b"Reply-To: Anne Leroy <anne@tc.example>" in store.get(
        reminder.files.get(position=0).document.sha256
    )


def test_the_archived_bytes_are_written_whole(tmp_path: Path) -> None:
    reminder = remind_one(build.example().account)
    target = tmp_path / "lettre.pdf"
    call_command("document", "TOPCONSEIL-1", "-o", str(target))
    assert target.read_bytes() == store.get(reminder.files.get(position=0).document.sha256)
    assert [path.name for path in tmp_path.iterdir()] == ["lettre.pdf"]


def test_an_unknown_reference_or_a_bad_path_is_refused(tmp_path: Path) -> None:
    remind_one(build.example().account)
    with pytest.raises(Refused, match="TOPCONSEIL-2"):
        call_command("document", "TOPCONSEIL-2", "-o", str(tmp_path / "x"))
    with pytest.raises(Refused, match="impossible d'écrire"):
        call_command("document", "TOPCONSEIL-1", "-o", str(tmp_path / "no" / "x"))


def test_an_invoice_issued_in_the_future_is_not_reminded() -> None:
    account = build.account()
    build.invoice(account, issued=dt.date(2099, 1, 1), now=build.NOW)
    assert run("--template", "L1")["issued"] == []
