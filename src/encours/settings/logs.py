"""How Encours writes its log: one JSON object a line, with the id of the request, never a secret."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import structlog

HIDDEN = ("password", "token", "secret", "authorization", "cookie", "iban")


def hide_secrets(_logger: object, _method: str, event: Any) -> Any:
    """Blank every value whose name tells that it must not be kept."""
    for name in event:
        if any(word in name.lower() for word in HIDDEN):
            event[name] = "…"
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    hide_secrets,
]


def configure(folder: Path) -> dict[str, Any]:
    """Set structlog up and return Django's LOGGING, which writes to `encours.log` in the folder."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
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
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
                "foreign_pre_chain": SHARED,
            }
        },
        "handlers": {
            "file": {
                "class": "logging.handlers.WatchedFileHandler",
                "filename": str(folder / "encours.log"),
                "encoding": "utf-8",
                "delay": True,
                "formatter": "json",
            }
        },
        "loggers": {
            "django": {"handlers": ["file"], "level": "WARNING", "propagate": False},
            "django.request": {"handlers": ["file"], "level": "ERROR", "propagate": False},
            "py.warnings": {"handlers": ["file"], "level": "WARNING", "propagate": False},
        },
        "root": {"handlers": ["file"], "level": "INFO"},
    }
