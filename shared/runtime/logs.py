"""Logs: one JSON object a line on standard error, with the document they speak of.

with document_context(document_id): log.info("fetched", status=200)
{"document_id": "0f…", "service": "crawler", "status": 200, "level": "info", "message": "fetched", …}
"""

import json
import logging
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import structlog

from shared.runtime.veil import hide

NOISY = ("kafka", "aiokafka", "httpx", "httpcore", "faust", "mode", "alembic")
"""Libraries that tell much at INFO; of them only warnings are kept, unless DEBUG is asked for."""


_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""DEL and the C1 controls (ECMA-48: U+009B begins an escape sequence), signs without width, line and paragraph
separators, marks of writing direction (Unicode, UAX 9), half characters."""


_CHAIN: list[structlog.typing.Processor] = []
"""One list for the whole process: a logger keeps the list it first met, so that a second call must reach that one."""


def configure_logging(service: str, level: str = "INFO") -> None:
    """Send every log line of this process, libraries' too, and what nobody caught, through one JSON renderer."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        # For the whole process: a context variable would not be seen by threads that start later.
        _naming(service),
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.processors.UnicodeDecoder(),
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.EventRenamer("message"),
                structlog.processors.JSONRenderer(serializer=one_line, ensure_ascii=False),
                _without_secrets,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.DEBUG if level == "DEBUG" else max(logging.WARNING, root.level))
    logging.captureWarnings(capture=True)
    _CHAIN[:] = [
        structlog.stdlib.filter_by_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        *shared,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ]
    structlog.configure(
        processors=_CHAIN,
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    _log_the_uncaught()


def one_line(event: structlog.typing.EventDict, **options: Any) -> str:
    """The event as JSON in one line by anybody's count, with no sign that moves a terminal's cursor or turns its text.

    JSON escapes the controls below U+0020 alone; `options` are json.dumps's. Raises TypeError for what is no JSON.
    """
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(event, **options))


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger; what it says of a document is said inside `document_context`, or with `document_id` given."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


@contextmanager
def document_context(document_id: str) -> Iterator[None]:
    """Every line logged inside, by libraries too, carries the document's id."""
    with structlog.contextvars.bound_contextvars(document_id=document_id):
        yield


def _without_secrets(_: object, __: str, line: object) -> str:
    """The rendered line; a library may have put a secret into its message."""
    return hide(str(line))


def _naming(service: str) -> structlog.typing.Processor:
    def name(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        event.setdefault("service", service)
        return event

    return name


def _log_the_uncaught() -> None:
    """What nobody caught becomes a log line too: a traceback of many lines is lost to those who read JSON."""
    log = get_logger("uncaught")

    def in_main(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.critical("ended by an error", exc_info=(kind, error, trace))

    def in_thread(told: threading.ExceptHookArgs) -> None:
        name = told.thread.name if told.thread else "?"
        error = told.exc_value or told.exc_type()
        log.critical("a thread ended by an error", thread=name, exc_info=(told.exc_type, error, told.exc_traceback))

    sys.excepthook = in_main
    threading.excepthook = in_thread
