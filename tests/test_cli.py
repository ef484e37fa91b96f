"""The console speaks plainly: the product's commands alone, exit codes 0, 1 and 2, never a trace."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands

from encours import cli
from encours.access.models import Role, User
from encours.cli import command_names
from tests.processes import encours

PASSWORD = "une très longue phrase"


@pytest.mark.once
@pytest.mark.parametrize("arguments", [(), ("--help",), ("help",)])
def test_the_help_lists_the_commands_of_the_product_and_no_other(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    done = encours(tmp_path, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    listed = {line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")}
    assert listed == set(command_names()) - {"serve_socket"}
    assert "shell" in get_commands()
    assert "shell" not in listed


@pytest.mark.once
def test_the_help_of_a_command_is_french_and_hides_what_only_developers_use(tmp_path: Path) -> None:
    done = encours(tmp_path, "verify", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("utilisation : encours verify")
    assert "montrer cette aide" in done.stdout
    assert "--settings" not in done.stdout
    assert "show this help" not in done.stdout


@pytest.mark.once
def test_an_unknown_command_is_wrong_usage_and_the_nearest_is_named(tmp_path: Path) -> None:
    done = encours(tmp_path, "verifi")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "« verifi » n'est pas une commande d'Encours. Vouliez-vous « encours verify » ?"
        " La liste : encours --help\n"
    )
    assert encours(tmp_path, "shell").returncode == 2


@pytest.mark.once
@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("verify", "--nope"), "arguments inconnus : --nope"),
        (("seed",), "il manque : --customers, --invoices"),
        (("serve", "--port", "abc"), "valeur 'abc' refusée"),
    ],
)
def test_wrong_usage_exits_2_and_says_why(arguments: tuple[str, ...], reason: str, tmp_path: Path) -> None:
    done = encours(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr


@pytest.mark.once
def test_a_database_that_was_never_made_is_said_so(tmp_path: Path) -> None:
    done = encours(tmp_path, "verify")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "La base de données n'est pas à jour : lancez d'abord « encours migrate ».\n"


@pytest.mark.once
def test_migrating_twice_says_that_nothing_was_left_to_do(tmp_path: Path) -> None:
    first, second = encours(tmp_path, "migrate"), encours(tmp_path, "migrate")
    assert (first.returncode, first.stderr, second.returncode, second.stderr) == (0, "", 0, "")
    assert first.stdout.startswith("La base de données est à jour")
    assert second.stdout == "La base de données était déjà à jour.\n"


@pytest.mark.django_db
def test_what_was_not_expected_is_one_sentence_and_its_detail_is_in_the_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    command = cli.load("verify")

    def explode(*_arguments: object, **_options: object) -> None:
        raise RuntimeError("le détail")

    monkeypatch.setattr(command, "execute", explode)
    assert cli._execute(command, (), {}) == 1
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.startswith("Une erreur inattendue est survenue ; son détail est dans ")
    assert "le détail" not in written.err
    assert "RuntimeError: le détail" in caplog.text


@pytest.mark.once
def test_the_first_administrator_is_given_a_password_or_a_link(tmp_path: Path) -> None:
    encours(tmp_path, "migrate")
    weak = encours(tmp_path, "create_admin", stdin="court\n")
    assert (weak.returncode, weak.stdout) == (1, "")
    assert "trop court" in weak.stderr
    made = encours(tmp_path, "create_admin", stdin=f"{PASSWORD}\n")
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout == "L'administrateur « admin » est créé.\n"
    again = encours(tmp_path, "create_admin", stdin=f"{PASSWORD}\n")
    assert again.returncode == 1
    assert "déjà pris" in again.stderr
    linked = encours(tmp_path, "create_admin", "--username", "chef", "--link")
    assert linked.returncode == 0
    assert "http://127.0.0.1:8000/connexion/lien/" in linked.stdout


@pytest.mark.once
def test_json_is_one_object_and_nothing_else(tmp_path: Path) -> None:
    encours(tmp_path, "migrate")
    done = encours(tmp_path, "verify", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["ok"] is True


@pytest.mark.django_db
def test_an_administrator_made_by_link_cannot_sign_in_before_he_used_it() -> None:
    call_command("create_admin", "--link")
    user = User.objects.get(username="admin")
    assert user.role == Role.ADMINISTRATOR
    assert user.sees_all_entities
    assert not user.has_usable_password()
