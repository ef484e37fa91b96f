"""Template filters of the files that are kept of a reminder."""

from __future__ import annotations

from django import template

from encours.dunning.texts import said_label

register = template.Library()

register.filter(said_label)
