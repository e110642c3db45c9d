"""Assistants: the official client of the Model Context Protocol asks over HTTP and on standard input and output."""

import os
import re
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import httpx2  # what the official client speaks by
import pytest
from mcp import Client as Assistant
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from deploy.local.database import Database
from services.portal.application.account_ports import Edit
from services.portal.domain.accounts import EXPORT, READ
from services.portal.signing_in import make_accounts
from shared.store.engine import make_engine
from tests.integration.portal_web_rig import DENIAL, EXCERPT, LINKED, RUMOUR, SCRIPT, Site, filled

pytestmark = pytest.mark.integration

TOOLS = {"search", "document", "thread", "brief"}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
ACCEPT = {"Accept": "application/json, text/event-stream"}


class Served:
    """A real server over real rows, and keys for it."""

    def __init__(self, address: str, database_url: str, key: str, blind: str) -> None:
        self.address = address
        self.database_url = database_url
        self.key = key
        self.blind = blind
        """Without the scope `read`."""


@pytest.fixture(scope="module")
def served(local_database: Database, project_root: Path) -> Iterator[Served]:
    url = local_database.create("portal_mcp", template="template")
    engine = make_engine(url)
    filled(engine)
    with engine.begin() as db:
        db.exec_driver_sql(f"delete from documents where document_id = '{DENIAL}'")
    site = Site(engine, project_root / "config")
    accounts = make_accounts(engine)
    user = accounts.local("test")
    assert user is not None
    keys = [accounts.new_key(user, name, frozenset({name}), None, Edit("test")) for name in (READ, EXPORT)]
    with site.served() as address:
        yield Served(address, url, *keys)
    engine.dispose()
    local_database.drop("portal_mcp")


@asynccontextmanager
async def over_http(served: Served, key: str = "", **headers: str) -> AsyncIterator[Assistant]:
    held = {"Authorization": f"Bearer {key or served.key}"} | headers
    async with (
        httpx2.AsyncClient(headers=held, timeout=60) as web,
        Assistant(streamable_http_client(f"{served.address}/mcp", http_client=web)) as client,
    ):
        yield client


@asynccontextmanager
async def on_stdio(served: Served, project_root: Path) -> AsyncIterator[Assistant]:
    env = {**os.environ, "DATABASE_URL": served.database_url, "CONFIG_DIR": str(project_root / "config")}
    env["PORTAL_ADDRESS"] = "http://portal.test/"
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "services.portal", "mcp"], env=env, cwd=str(project_root)
    )
    async with Assistant(stdio_client(command)) as client:
        yield client


async def asked(client: Assistant, tool: str, **arguments: Any) -> dict[str, Any]:
    """What a tool answers."""
    answer = await client.call_tool(tool, arguments)
    assert not answer.is_error, answer.content
    assert answer.structured_content is not None
    return dict(answer.structured_content)


async def refused(client: Assistant, tool: str, **arguments: Any) -> str:
    """Why it does not."""
    answer = await client.call_tool(tool, arguments)
    assert answer.is_error
    return str(answer.content[0].text)  # type: ignore[union-attr]  # errors are text


async def conversation(client: Assistant, base: str) -> None:
    """From a search to documents, the thread and a brief; every citation leads to a paragraph that is there."""
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == TOOLS
    assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools.values())
    found = await asked(client, "search", query="医鹿", limit=20)
    assert found["total"] == 6
    rumour = next(one for one in found["documents"] if one["document_id"] == RUMOUR)
    assert rumour["link"] == f"{base}/documents/{RUMOUR}"
    read = await asked(client, "document", document_id=RUMOUR)
    text = {one["number"]: one["text"] for one in read["paragraphs"]}
    for sentence in [*rumour["points"], *read["points"], *(event["told"] for event in read["events"])]:
        assert sentence["citations"]
        for place in sentence["citations"]:
            assert sentence["text"] in text[place["paragraph"]]
            assert place["link"] == f"{base}/documents/{RUMOUR}#p{place['paragraph']}"
    story = await asked(client, "thread", thread_id=rumour["thread_id"])
    assert [report["title"] is None for report in story["reports"]].count(True) == 1  # the pruned one
    made = await asked(client, "brief", topic="医鹿")
    sentences = [one for points in made["groups"].values() for one in points]
    assert sentences
    assert all(one["citations"] and one["citations"][0]["link"].startswith(base) for one in sentences)


async def clear_errors(client: Assistant) -> None:
    """Each mistake is named, and how to mend it."""
    wrong: list[tuple[str, dict[str, Any], str]] = [
        ("search", {"query": '"'}, "quotation mark"),
        ("search", {"query": "foo:bar"}, "no field foo:"),
        ("search", {"query": "label:partnershp"}, "label:partnership"),
        ("search", {"query": "a" * 10_000}, "10,000 characters"),
        ("search", {"query": "医鹿", "cursor": "made-up"}, "cursor"),
        ("search", {"query": "医鹿", "timezone": "Moon"}, "timezone"),
        ("search", {"query": "医鹿", "limit": 0}, "limit"),
        ("document", {"document_id": "x"}, "document_id"),
        ("document", {"document_id": "f" * 32}, "no document"),
        ("document", {"document_id": DENIAL}, "deleted: pruned"),
        ("thread", {"thread_id": "none"}, "no thread none"),
        ("thread", {"thread_id": "none", "cursor": "made-up"}, "cursor"),
        ("brief", {"topic": ""}, "no word"),
        ("brief", {"topic": "医鹿", "since": "gestern"}, "cannot read the date"),
        ("nothing", {}, "nothing"),
    ]
    for tool, arguments, said in wrong:
        told = await refused(client, tool, **arguments)
        assert said in told, told
        assert "Traceback" not in told
        assert len(told) < 1_000


def test_an_assistant_asks_over_http(served: Served) -> None:
    async def talk() -> None:
        async with over_http(served) as client:
            await conversation(client, served.address)
            await clear_errors(client)

    anyio.run(talk)


def test_an_assistant_asks_on_standard_input_and_output(served: Served, project_root: Path) -> None:
    async def talk() -> None:
        async with on_stdio(served, project_root) as client:
            await conversation(client, "http://portal.test")
            await clear_errors(client)

    anyio.run(talk)


def test_rights_hold_for_assistants(served: Served) -> None:
    async def talk() -> None:
        async with over_http(served) as client:
            linked = str(await asked(client, "document", document_id=LINKED))
            assert not re.search(r"仅链接第\d", linked)
            excerpt = await asked(client, "document", document_id=EXCERPT)
            assert not all(one["whole"] for one in excerpt["paragraphs"])
            for tool, arguments in (("search", {"query": ""}), ("brief", {"topic": "医鹿"})):
                assert not re.search(r"仅链接第\d", str(await asked(client, tool, **arguments)))
            assert (await asked(client, "document", document_id=SCRIPT))["url"] == ""  # javascript:

    anyio.run(talk)


def post(served: Served, key: str | None, **headers: str) -> httpx.Response:
    held = ACCEPT | ({"Authorization": f"Bearer {key}"} if key else {}) | headers
    return httpx.post(f"{served.address}/mcp", json=LIST, headers=held, timeout=30)


def test_who_is_not_let_in(served: Served) -> None:
    assert post(served, served.key).status_code == 200
    assert post(served, None).status_code == 401
    assert post(served, "luming_" + "x" * 43).status_code == 401
    assert post(served, served.blind).status_code == 403
    for origin in ("http://evil.example", "null", "http://127.0.0.1.evil.example", "https://portal.test.evil"):
        answer = post(served, served.key, Origin=origin)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/origin")
    assert post(served, served.key, Origin=served.address).status_code == 200
    assert post(served, served.key, Host="evil.example").status_code == 400
    for method in ("GET", "DELETE", "PUT"):
        answer = httpx.request(method, f"{served.address}/mcp", headers={"Authorization": f"Bearer {served.key}"})
        assert answer.status_code == 405
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_question_that_is_none_is_refused(served: Served) -> None:
    headers = ACCEPT | {"Authorization": f"Bearer {served.key}", "Content-Type": "application/json"}
    for body in (b"", b"{", b"[]", b'{"jsonrpc":"2.0"}', b"\xff", b"x" * 300_000, b"[" * 5_000):
        answer = httpx.post(f"{served.address}/mcp", content=body, headers=headers, timeout=30)
        assert 400 <= answer.status_code < 500
        assert "Traceback" not in answer.text
