"""How Encours writes its log: one JSON object a line, with the id of the request, never a secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog

from encours.core.ibans import mask_iban

HIDDEN = ("password", "passwd", "token", "secret", "authorization", "cookie", "iban")
_CREDENTIALS = re.compile(r"\b([a-z][a-z0-9+.-]*://)[^\s/@]{1,500}@")


def hide_secrets(_logger: object, _method: str, event: Any) -> Any:
    """Blank what its name says is secret, the password of any address, and the middle of any IBAN."""
    return {name: _safe(value, str(name)) for name, value in event.items()}


def _safe(value: Any, name: str = "") -> Any:
    if name.startswith("_") or name == "exc_info":
        return value  # what structlog passes along, and writes later as text
    if any(word in name.lower() for word in HIDDEN):
        return "…"
    if isinstance(value, Mapping):
        return {key: _safe(one, str(key)) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_safe(one) for one in value]
    if isinstance(value, str):
        return mask_iban(_CREDENTIALS.sub(r"\1…@", value))
    return value


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    hide_secrets,
]


def configure(folder: Path, syslog: str | tuple[str, int] = "") -> dict[str, Any]:
    """Set structlog up and return Django's LOGGING: `encours.log` in the folder, and a collector if any."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handlers = _handlers(folder, syslog)
    names = list(handlers)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    hide_secrets,  # again: what was raised is text only now
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
                "foreign_pre_chain": SHARED,
            }
        },
        "handlers": handlers,
        "loggers": {
            "django": {"handlers": names, "level": "WARNING", "propagate": False},
            "django.request": {"handlers": names, "level": "ERROR", "propagate": False},
            "py.warnings": {"handlers": names, "level": "WARNING", "propagate": False},
        },
        "root": {"handlers": names, "level": "INFO"},
    }


def _handlers(folder: Path, syslog: str | tuple[str, int]) -> dict[str, dict[str, Any]]:
    file = {
        "class": "logging.handlers.WatchedFileHandler",
        "filename": str(folder / "encours.log"),
        "encoding": "utf-8",
        "delay": True,
        "formatter": "json",
    }
    collector = {
        "class": "logging.handlers.SysLogHandler",
        "address": syslog,
        "formatter": "json",
        ".": {"ident": "encours: ", "append_nul": False},
    }
    return {"file": file, "syslog": collector} if syslog else {"file": file}
