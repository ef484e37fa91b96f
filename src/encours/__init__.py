"""Encours: comptes clients et relances."""

__version__ = "0.1.0"
