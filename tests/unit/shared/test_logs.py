"""Every line a process logs is one JSON object, with the service and the document it speaks of."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.unit

PROGRAM = """
import logging, sys, threading, warnings
from shared.runtime.logs import configure_logging, document_context, get_logger
early = get_logger("early")
configure_logging("crawler", {level!r})
log = get_logger("services.crawler")
{body}
"""


def lines(project_root: Path, body: str, level: str = "INFO") -> list[dict[str, Any]]:
    """What a process logs; a process of its own, for logging is set for a whole process."""
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(body=body, level=level)],
        capture_output=True,
        text=True,
        cwd=project_root,
        check=False,
    )
    assert told.stdout == ""
    return [json.loads(line) for line in told.stderr.splitlines()]


def test_a_line_names_service_document_and_time(project_root: Path) -> None:
    [line] = lines(project_root, "with document_context('0f'): log.info('fetched', status=200)")
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "message": "fetched",
        "service": "crawler",
        "document_id": "0f",
        "status": 200,
        "level": "info",
        "logger": "services.crawler",
    }


def test_the_document_is_forgotten_afterwards(project_root: Path) -> None:
    [line] = lines(project_root, "with document_context('0f'): pass\nlog.info('next')")
    assert "document_id" not in line


def test_libraries_and_threads_log_alike(project_root: Path) -> None:
    body = """
def work():
    with document_context("0f"):
        logging.getLogger("some.library").warning("slow %s", "host", extra={"seconds": 3})
thread = threading.Thread(target=work); thread.start(); thread.join()
"""
    [line] = lines(project_root, body)
    assert (line["message"], line["service"], line["document_id"]) == ("slow host", "crawler", "0f")
    assert line["seconds"] == 3


def test_a_logger_made_before_the_configuration_follows_it(project_root: Path) -> None:
    [line] = lines(project_root, "early.info('now')")
    assert line["service"] == "crawler"


def test_an_exception_is_part_of_its_line(project_root: Path) -> None:
    body = "try:\n    1 / 0\nexcept ZeroDivisionError:\n    log.exception('failed', text='行\\n二')"
    [line] = lines(project_root, body)
    assert "ZeroDivisionError" in line["exception"]
    assert line["text"] == "行\n二"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("raise ValueError('nobody')", "ended by an error"),
        ("t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()", "a thread ended by an error"),
    ],
)
def test_what_nobody_caught_is_a_line(project_root: Path, body: str, message: str) -> None:
    [line] = lines(project_root, body)
    assert line["message"] == message
    assert line["level"] == "critical"
    assert "Error" in line["exception"]


def test_lower_levels_are_silent(project_root: Path) -> None:
    body = "log.debug('a'); log.info('b'); logging.getLogger('kafka').info('c'); log.warning('d')"
    assert [line["message"] for line in lines(project_root, body)] == ["b", "d"]
    assert [line["message"] for line in lines(project_root, body, "ERROR")] == []
    assert len(lines(project_root, body, "DEBUG")) == 4


def test_odd_values_do_not_break_a_line(project_root: Path) -> None:
    [line] = lines(project_root, "log.info('odd', path=sys.__class__, half='\\ud800', raw=b'x')")
    assert line["message"] == "odd"


def test_no_sign_of_a_text_begins_a_line_or_moves_a_cursor(project_root: Path) -> None:
    nasty = "a\nb\r\x1b[2J\x9b31m\x85\u2028\u2029\u202egnp\u2066\x7f\ud800"
    [line] = lines(project_root, f"log.info({nasty!r}, title={nasty!r})")
    assert (line["message"], line["title"]) == (nasty, nasty)


def test_a_second_call_holds_for_loggers_that_were_used_before_it(project_root: Path) -> None:
    body = "log.info('first'); configure_logging('alerter', 'WARNING'); log.info('unsaid'); log.warning('second')"
    assert [(line["message"], line["service"]) for line in lines(project_root, body)] == [
        ("first", "crawler"),
        ("second", "alerter"),
    ]
