"""The classifier's process with a second reader, on the real Kafka: it has its say, and never stands in the way."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from services.classifier.stream import SESSION_TIMEOUT
from shared.errors import EXIT_CONFIG
from shared.messages import DocumentClassified
from shared.messages.codec import decode
from tests.fakes.second_readers import Said, opinion
from tests.integration import chat_server
from tests.integration.chat_server import ChatServer, chatting, saying
from tests.integration.classifier_rig import Reader, Start, document, send

pytestmark = pytest.mark.integration

KEY = "sk-quite-secret-0123456789"
QUOTE = "被市场监管局罚款45万元"
ARRIVE_IN = 180.0
"""Seconds: results that wait for slow answers, on a machine that may do much else."""
ENDED_IN = 10.0
"""Seconds that a process has to end when it is asked to."""


def settings(server: ChatServer, **more: str) -> dict[str, str]:
    """Everything is unsure, so that everything is asked about."""
    named = {"UNSURE_FROM": "0", "UNSURE_TO": "1", "URL": server.base, "MODEL": "some-model", "KEY": KEY, **more}
    return {f"SECOND_READER_{name}": value for name, value in named.items()}


def results(reader: Reader, number: int) -> list[DocumentClassified]:
    return [
        decode(DocumentClassified, each.value) for each in reader.until(lambda read: len(read) >= number, ARRIVE_IN)
    ]


def log_of(folder: Path) -> str:
    return "".join(path.read_text("utf-8") for path in folder.glob("*.log"))


def test_it_has_its_say_and_is_marked(start: Start, reader: Reader, producer: Any, tmp_path: Path) -> None:
    said = opinion(
        (True, QUOTE),
        [(0, "status", "rumoured", QUOTE)],
        gist=[("Alibaba Health was fined 450,000 yuan over advertising.", QUOTE)],
    )
    with chatting(saying(Said(said))) as server:
        start(**settings(server, GIST="1"), LOG_LEVEL="DEBUG")
        send(producer, document(1))
        (told,) = results(reader, 1)
        assert (server.asked[0][0], len(server.asked)) == ("/v1/chat/completions", 1)
    assert told.model.endswith("+second:some-model")
    assert [(each.label, each.status) for each in told.events][:1] == [("enforcement_penalty", "rumoured")]
    assert "second reader: rumoured, not completed" in told.events[0].reasons
    assert told.second_gist is not None
    assert told.second_gist.sentences[0].citations == (1,)
    log = log_of(tmp_path)
    assert "the second reader is on" in log
    assert KEY not in log


def test_an_endpoint_that_never_answers_costs_its_seconds_and_nothing_else(
    start: Start, reader: Reader, producer: Any, tmp_path: Path
) -> None:
    with chatting(chat_server.hang_up) as server:
        server.acts = [chat_server.never(server.stop)]
        process = start(**settings(server, SECONDS="1"))
        send(producer, *(document(number) for number in range(8)))
        told = results(reader, 8)
        assert process.poll() is None
        assert len(server.asked) == 5, "the breaker opened"
    assert {each.model for each in told} == {told[0].model}
    assert "second" not in told[0].model
    assert [each.label for each in told[0].events] == ["enforcement_penalty"]
    assert '"reason": "timeout"' in log_of(tmp_path)


def test_an_answer_that_takes_longer_than_the_brokers_patience_costs_no_membership(
    start: Start, reader: Reader, producer: Any, tmp_path: Path
) -> None:
    slow = Said(opinion((True, QUOTE)), takes=SESSION_TIMEOUT + 3)
    with chatting(saying(slow)) as server:
        start(**settings(server, SECONDS="20"), LOG_LEVEL="DEBUG")
        send(producer, document(1), document(1, revision=2))
        told = results(reader, 2)
        assert [each.revision for each in told] == [1, 2]
        assert all(each.model.endswith("+second:some-model") for each in told)
        assert len(server.asked) == 1, "the second was known, and neither was read twice"
    log = log_of(tmp_path)
    assert "Heartbeat failed" not in log
    assert "heartbeat session expired" not in log.lower()


def test_it_does_not_keep_a_process_from_ending(start: Start, reader: Reader, producer: Any) -> None:
    with chatting(chat_server.hang_up) as server:
        server.acts = [chat_server.never(server.stop)]
        process = start(**settings(server, SECONDS="30"))
        send(producer, document(1))
        end = time.monotonic() + ARRIVE_IN
        while not server.asked and time.monotonic() < end:
            time.sleep(0.1)
        assert server.asked
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        assert process.wait(ENDED_IN) == 0
        assert time.monotonic() - began < ENDED_IN


def test_half_an_endpoint_is_said_at_the_start(project_root: Path) -> None:
    environment = {
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "ENCODER": "0",
        "SECOND_READER_URL": "https://api.example.com/v1",
        "SECOND_READER_KEY": KEY,
    }
    ran = subprocess.run(
        [sys.executable, "-m", "services.classifier", "run"],
        cwd=project_root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == EXIT_CONFIG
    assert "SECOND_READER_MODEL" in ran.stderr
    assert KEY not in ran.stderr


def test_outside_the_mainland_it_is_off_and_says_so(
    start: Start, reader: Reader, producer: Any, tmp_path: Path
) -> None:
    with chatting(saying(Said(opinion()))) as server:
        start(**settings(server, REGION="us"))
        send(producer, document(1))
        (told,) = results(reader, 1)
        assert server.asked == []
    assert "second" not in told.model
    lines = [json.loads(line) for line in log_of(tmp_path).splitlines() if "SECOND_READER_APPROVED_BY" in line]
    assert [(line["level"], line["region"]) for line in lines] == [("warning", "us")]
