"""`encours migrate`: create or upgrade the database."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections
from django.db.migrations.executor import MigrationExecutor


class Command(DjangoMigrate):
    """Django's own command, in plain words when a person runs it."""

    help = "Crée la base de données, ou la met à jour."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Hide what only a developer of Encours uses."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        for action in parser._actions:
            if action.dest != "help":
                action.help = argparse.SUPPRESS
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        """Apply the migrations that are not applied, and say how many."""
        if not getattr(self, "_called_from_command_line", False):
            super().handle(*args, **options)
            return
        executor = MigrationExecutor(connections[options["database"]])
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        super().handle(*args, **{**options, "verbosity": 0, "interactive": False})
        self.stdout.write(
            "La base de données était déjà à jour."
            if not waiting
            else f"La base de données est à jour : {waiting} étapes appliquées."
            if waiting > 1
            else "La base de données est à jour : une étape appliquée."
        )
