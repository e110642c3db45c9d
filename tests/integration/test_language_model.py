"""The language model's client over HTTP, from an endpoint that answers well to one that does all that none should."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pydantic import SecretStr

from shared.reader.chat import MAX_BYTES, ChatReader, Endpoint
from shared.reader.question import Closed, NoAnswer, Question, WrongAnswer
from tests.fakes.second_readers import Said
from tests.integration import chat_server
from tests.integration.chat_server import Act, ChatServer, chatting, completion, raw, saying

pytestmark = pytest.mark.integration

KEY = "sk-quite-secret-0123456789"
SCHEMA = {"type": "object", "properties": {"holds": {"type": "boolean"}}}
ASKED = Question("You decide.", '{"condition": "一"}', "condition_answer", SCHEMA)


@contextmanager
def reading(*acts: Act, key: str | None = KEY) -> Iterator[tuple[ChatReader, ChatServer]]:
    with chatting(*acts) as server:
        reader = ChatReader(Endpoint(server.base, "some-model", SecretStr(key) if key else None))
        try:
            yield reader, server
        finally:
            reader.close()


def test_what_is_sent_and_what_comes_back() -> None:
    with reading(saying(Said("二"))) as (reader, server):
        assert reader.ask(ASKED, 5) == "二"
    ((path, headers, body),) = server.asked
    assert path == "/v1/chat/completions"
    assert headers["authorization"] == f"Bearer {KEY}"
    assert body["model"] == "some-model"
    assert [one["content"] for one in body["messages"]] == [ASKED.system, ASKED.user]
    told = body["response_format"]["json_schema"]
    assert (told["name"], told["strict"], told["schema"]) == ("condition_answer", True, SCHEMA)


def test_without_a_key_no_header_is_sent() -> None:
    with reading(saying(Said("one")), key=None) as (reader, server):
        reader.ask(ASKED, 5)
    assert "authorization" not in server.asked[0][1]


@pytest.mark.parametrize(
    ("said", "reason", "retry_after"),
    [
        (Said(status=429, retry_after=7), "busy", 7),
        (Said(status=503), "busy", None),
        (Said(status=500), "server_error", None),
        (Said("late", takes=1.5), "timeout", None),
    ],
)
def test_busy_broken_or_slow(said: Said, reason: str, retry_after: float | None) -> None:
    with reading(saying(said)) as (reader, _), pytest.raises(NoAnswer) as caught:
        reader.ask(ASKED, 1.0)
    assert (caught.value.reason, caught.value.retry_after) == (reason, retry_after)


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (saying(Said(status=401)), "refused"),
        (saying(Said(status=307)), "redirect"),
        (saying(Said("")), "no_content"),
        (raw(b"<html>"), "not_json"),
        (raw(b"[" * 100_000), "not_json"),
        (raw(b"{}"), "no_content"),
        (raw(b'{"choices": []}'), "no_content"),
        (raw(b'{"choices": null}'), "no_content"),
        (raw(completion(None)), "no_content"),
        (raw(completion(7)), "no_content"),
        (raw(completion("half", finish_reason="length")), "no_content"),
        (raw(completion("x" * MAX_BYTES)), "too_large"),
        (chat_server.endless, "too_large"),
        (raw(b"packed", Content_Encoding="gzip"), "not_json"),
    ],
)
def test_answers_of_no_use(act: Act, reason: str) -> None:
    with reading(act) as (reader, _), pytest.raises(WrongAnswer) as caught:
        reader.ask(ASKED, 5.0)
    assert caught.value.reason == reason
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("act", [chat_server.cut, chat_server.hang_up])
def test_a_connection_that_ends(act: Act) -> None:
    with reading(act) as (reader, _), pytest.raises(NoAnswer) as caught:
        reader.ask(ASKED, 5.0)
    assert caught.value.reason == "unreachable"
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("head", [True, False], ids=["head", "body"])
def test_the_seconds_hold_over_the_whole_exchange(head: bool) -> None:
    with reading(raw(b"")) as (reader, server):
        server.acts = [chat_server.drip(server.stop, head)]
        began = time.monotonic()
        with pytest.raises(NoAnswer) as caught:
            reader.ask(ASKED, 1.0)
        assert caught.value.reason == "timeout"
        assert time.monotonic() - began < 3


def test_nobody_listens() -> None:
    with chatting(raw(b"")) as server:
        base = server.base
    reader = ChatReader(Endpoint(base, "some-model"))
    with pytest.raises(NoAnswer) as caught:
        reader.ask(ASKED, 2.0)
    assert caught.value.reason == "unreachable"
    reader.close()
    with pytest.raises(Closed):
        reader.ask(ASKED, 2.0)
    reader.close()


def test_a_question_that_waits_ends_at_once_when_the_reader_is_closed() -> None:
    with reading(raw(b"")) as (reader, server):
        server.acts = [chat_server.never(server.stop)]
        threading.Timer(0.3, reader.close).start()
        began = time.monotonic()
        with pytest.raises(Closed):
            reader.ask(ASKED, 20.0)
        assert time.monotonic() - began < 3


def test_the_key_is_never_shown() -> None:
    assert KEY not in repr(Endpoint("http://127.0.0.1:1/v1", "m", SecretStr(KEY)))
