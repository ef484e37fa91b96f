"""Run `python -m encours` as the console script."""

from encours.cli import main

main()
