"""Describe every address as OpenAPI does, from the addresses themselves; what answers in JSON by its form."""

from __future__ import annotations

import re
from typing import Any

from django.urls import URLPattern
from django.urls.resolvers import RoutePattern

from tests.access.expectations import Page

HEALTH = {
    "type": "object",
    "required": ["status", "database"],
    "additionalProperties": False,
    "properties": {"status": {"enum": ["ok", "unavailable"]}, "database": {"enum": ["ok", "unavailable"]}},
}
JSON_ENDPOINTS: dict[str, dict[str, Any]] = {"healthz": {"200": HEALTH, "503": HEALTH}}
"""The addresses that answer in JSON: the schema of each status."""
ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")
WORD = {"type": "string", "minLength": 1, "maxLength": 40, "pattern": r"^[^/?#.\x00]+$"}
NUMBER = {"type": "integer", "minimum": 0, "maximum": 10**19}
FIELDS = (
    "name",
    "reference",
    "number",
    "date",
    "amount",
    "kind",
    "reason",
    "compte",
    "etape",
    "action",
    "pk",
)
TEXT = {"type": "string", "maxLength": 60}


def describe(patterns: dict[str, URLPattern], pages: dict[str, Page]) -> dict[str, Any]:
    """Return the description of the addresses that are routes; a regular expression has tests of its own."""
    paths: dict[str, Any] = {}
    for name, entry in patterns.items():
        if not isinstance(entry.pattern, RoutePattern):
            continue
        route = str(entry.pattern)
        arguments = ARGUMENT.findall(route)
        operations = {"get": _operation(name, "get", arguments, ())}
        if pages[name].post is not None or pages[name].is_public:
            operations["post"] = _operation(name, "post", arguments, FIELDS)
        paths["/" + ARGUMENT.sub(r"{\2}", route)] = operations
    return {"openapi": "3.0.3", "info": {"title": "Encours", "version": "1"}, "paths": paths}


def _operation(
    name: str, method: str, arguments: list[tuple[str, str]], fields: tuple[str, ...]
) -> dict[str, Any]:
    parameters = [
        {
            "name": argument,
            "in": "path",
            "required": True,
            "schema": NUMBER if kind == "int" else WORD,
        }
        for kind, argument in arguments
    ]
    if method == "get" and name not in JSON_ENDPOINTS:
        parameters += [
            {"name": field, "in": "query", "required": False, "schema": TEXT}
            for field in ("client", "de", "a", "cas", "page", "as_of", "compte")
        ]
    described = JSON_ENDPOINTS.get(name)
    responses: dict[str, Any] = {"default": {"description": "a page"}}
    if described:
        responses = {
            status: {"description": name, "content": {"application/json": {"schema": schema}}}
            for status, schema in described.items()
        }
    operation: dict[str, Any] = {
        "operationId": f"{name}-{method}",
        "parameters": parameters,
        "responses": responses,
    }
    if fields:
        schema = {"type": "object", "properties": dict.fromkeys(fields, TEXT)}
        operation["requestBody"] = {"content": {"application/x-www-form-urlencoded": {"schema": schema}}}
    return operation
