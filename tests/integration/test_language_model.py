"""The language model's client over HTTP, from an endpoint that answers well to one that does all that none should."""

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from shared.reader.chat import MAX_BYTES, ChatReader, Endpoint, trust
from shared.reader.question import Closed, NoAnswer, Question, WrongAnswer
from tests.fakes.second_readers import Said, ScriptedReader
from tests.integration import chat_server
from tests.integration.chat_server import Act, ChatServer, chatting, completion, raw, saying
from tests.integration.crawler_net import make_certificates

pytestmark = pytest.mark.integration

KEY = "sk-quite-secret-0123456789"
SCHEMA = {"type": "object", "properties": {"holds": {"type": "boolean"}}}
ASKED = Question("You check.", '{"article": {"title": "阿里健康"}}', "some_answer", SCHEMA)


@contextmanager
def reading(*acts: Act, key: str | None = KEY) -> Iterator[tuple[ChatReader, ChatServer]]:
    with chatting(*acts) as server:
        reader = ChatReader(Endpoint(server.base, "some-model", SecretStr(key) if key else None))
        try:
            yield reader, server
        finally:
            reader.close()


@contextmanager
def real(*script: Said) -> Iterator[ChatReader]:
    with reading(*map(saying, script)) as (reader, _):
        yield reader


@contextmanager
def fake(*script: Said) -> Iterator[ScriptedReader]:
    yield ScriptedReader(*script)


Make = Callable[..., AbstractContextManager[ChatReader | ScriptedReader]]


@pytest.fixture(params=[real, fake], ids=["real", "fake"])
def make(request: pytest.FixtureRequest) -> Make:
    """What the adapter promises its fake promises too."""
    made: Make = request.param
    return made


def test_the_content_of_each_answer_comes_back(make: Make) -> None:
    with make(Said("one"), Said("二")) as reader:
        assert reader.name == "some-model"
        assert [reader.ask(ASKED, 5) for _ in range(3)] == ["one", "二", "二"]


@pytest.mark.parametrize(
    ("said", "reason", "retry_after"),
    [
        (Said(status=429, retry_after=7), "busy", 7),
        (Said(status=503), "busy", None),
        (Said(status=500), "server_error", None),
        (Said(status=529), "server_error", None),
        (Said("late", takes=1.5), "timeout", None),
    ],
)
def test_an_endpoint_that_is_busy_broken_or_slow(
    make: Make, said: Said, reason: str, retry_after: float | None
) -> None:
    with make(said) as reader, pytest.raises(NoAnswer) as caught:
        reader.ask(ASKED, 1.0)
    assert (caught.value.reason, caught.value.retry_after) == (reason, retry_after)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (Said(status=401), "refused"),
        (Said(status=404), "refused"),
        (Said(status=307), "redirect"),
        (Said(""), "no_content"),
    ],
)
def test_an_endpoint_that_will_not_answer(make: Make, said: Said, reason: str) -> None:
    with make(said) as reader, pytest.raises(WrongAnswer) as caught:
        reader.ask(ASKED, 5.0)
    assert caught.value.reason == reason


def test_a_closed_reader_says_so(make: Make) -> None:
    with make(Said("one")) as reader:
        reader.close()
        with pytest.raises(Closed):
            reader.ask(ASKED, 1.0)
        reader.close()


def test_a_question_that_waits_fails_at_once_when_the_reader_is_closed() -> None:
    with reading(raw(b"")) as (reader, server):
        server.acts = [chat_server.never(server.stop)]
        threading.Timer(0.3, reader.close).start()
        began = time.monotonic()
        with pytest.raises(Closed):
            reader.ask(ASKED, 20.0)
        assert time.monotonic() - began < 3


def test_what_is_sent() -> None:
    with reading(saying(Said("二"))) as (reader, server):
        assert reader.ask(ASKED, 5) == "二"
    ((path, headers, body),) = server.asked
    assert path == "/v1/chat/completions"
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["accept-encoding"] == "identity"
    assert body["model"] == "some-model"
    assert [(each["role"], each["content"]) for each in body["messages"]] == [
        ("system", ASKED.system),
        ("user", ASKED.user),
    ]
    form = body["response_format"]
    assert form == {
        "type": "json_schema",
        "json_schema": {"name": "some_answer", "strict": True, "schema": SCHEMA},
    }
    with reading(saying(Said("x")), key=None) as (reader, server):
        reader.ask(ASKED, 5)
    assert "authorization" not in server.asked[0][1]


def test_a_redirect_is_not_followed_and_the_key_stays() -> None:
    with chatting(raw(b"{}")) as other, reading(raw(b"", 302, Location=f"{other.base}/x")) as (reader, _):
        with pytest.raises(WrongAnswer, match="302"):
            reader.ask(ASKED, 5)
        assert other.asked == []


DEEP = b"[" * 100_000


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (raw(b"<html>busy</html>"), "not_json"),
        (raw(b""), "not_json"),
        (raw(DEEP), "not_json"),
        (raw(b"\xff\xfe{"), "not_json"),
        (raw(gzip.compress(completion("x")), Content_Encoding="gzip"), "not_json"),
        (raw(b"[]"), "no_content"),
        (raw(b'{"error": {"message": "sk-quite-secret-0123456789 is wrong"}}'), "no_content"),
        (raw(b"{}"), "no_content"),
        (raw(b'{"choices": null}'), "no_content"),
        (raw(b'{"choices": []}'), "no_content"),
        (raw(b'{"choices": [null]}'), "no_content"),
        (raw(completion(None, refusal="no")), "no_content"),
        (raw(completion([{"type": "text"}])), "no_content"),
        (raw(completion(7)), "no_content"),
        (raw(completion('{"relev', finish_reason="length")), "no_content"),
        (raw(b" " * (MAX_BYTES + 1)), "too_large"),
        (raw(completion("x" * MAX_BYTES)), "too_large"),
        (chat_server.endless, "too_large"),
    ],
)
def test_answers_that_cannot_be_used(act: Act, reason: str) -> None:
    with reading(act) as (reader, _), pytest.raises(WrongAnswer) as caught:
        reader.ask(ASKED, 5.0)
    assert caught.value.reason == reason
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("act", [chat_server.cut, chat_server.hang_up], ids=["cut", "hang-up"])
def test_connections_that_end(act: Act) -> None:
    with reading(act) as (reader, _), pytest.raises(NoAnswer) as caught:
        reader.ask(ASKED, 5.0)
    assert caught.value.reason == "unreachable"
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("kind", ["never", "head", "body"])
def test_a_deadline_holds_whatever_drips(kind: str) -> None:
    with reading(raw(b"")) as (reader, server):
        server.acts = [
            chat_server.never(server.stop) if kind == "never" else chat_server.drip(server.stop, kind == "head")
        ]
        began = time.monotonic()
        with pytest.raises(NoAnswer) as caught:
            reader.ask(ASKED, 0.5)
        assert time.monotonic() - began < 2.5
    assert caught.value.reason == "timeout"


def test_nobody_there_is_a_fault_of_its_own_and_the_reader_goes_on() -> None:
    with chatting(raw(b"")) as gone:
        base = gone.base
    reader = ChatReader(Endpoint(base, "some-model", SecretStr(KEY)))
    try:
        for _ in range(2):
            with pytest.raises(NoAnswer) as caught:
                reader.ask(ASKED, 2.0)
            assert caught.value.reason == "unreachable"
    finally:
        reader.close()


def test_no_error_tells_the_key_even_one_that_no_header_takes() -> None:
    with reading(saying(Said("x")), key=f"{KEY}\r\nX: y") as (reader, server):
        with pytest.raises(NoAnswer) as caught:
            reader.ask(ASKED, 2.0)
        assert server.asked == []
    assert KEY not in "".join((str(caught.value), repr(caught.value), repr(reader._endpoint)))
    assert caught.value.__suppress_context__


def test_a_companys_own_certificates_are_believed_where_they_are_named(tmp_path: Path) -> None:
    made = make_certificates(tmp_path, "localhost")
    with chatting(saying(Said("x")), tls=made.server_side()) as server:
        base = server.base.replace("http://127.0.0.1", "https://localhost")
        for trusted in (None, trust(made.authority)):
            reader = ChatReader(Endpoint(base, "m", SecretStr(KEY), trusted))
            try:
                if trusted is not None:
                    assert reader.ask(ASKED, 5) == "x"
                    continue
                with pytest.raises(NoAnswer) as caught:
                    reader.ask(ASKED, 5)
                assert (caught.value.reason, server.asked) == ("unreachable", [])
            finally:
                reader.close()


def test_bodies_are_utf8() -> None:
    with reading(raw(json.dumps({"choices": [{"message": {"content": "阿里健康"}}]}, ensure_ascii=False).encode())) as (
        reader,
        _,
    ):
        assert reader.ask(ASKED, 5) == "阿里健康"
