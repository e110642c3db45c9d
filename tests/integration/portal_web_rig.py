"""The portal's pages over the real database, asked without a network or served for a browser."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import Engine

from services.portal.adapters.metrics import Metrics
from services.portal.bootstrap import web_app
from services.portal.serving import listen, serve
from services.portal.web.doorman import Doors
from services.portal.web.gate import COOKIE, Gate
from services.portal.web.reader import csrf_of
from shared.messages import DocumentClassified
from shared.messages.common import Published, Times
from shared.runtime.health import Health
from shared.store.alerter import AlertDecision, Classification, Delivery, Thread, ThreadDocument
from shared.store.crawler import Document
from shared.watch import load_watchlist
from tests.integration.portal_rows import NOW, document, identity, indexed, store

HOSTILE = "<script>alert('title')</script> & \"quoted\" 医鹿"
RUMOUR, DENIAL, DONE, LINKED, EXCERPT, SCRIPT, PLAIN = (identity(number) for number in range(1, 8))


def long_text(prefix: str, number: int) -> str:
    """A paragraph of an article, known by its prefix and number."""
    return f"{prefix}第{number}段。" + "医鹿与多家医院就线上问诊的合作方式交换意见，双方没有公布进一步的细节。" * 3


def classified(stored: Document, label: str, status: str, paragraph: int, quote: str, **more: Any) -> Classification:
    """The classifier's answer: one event with its evidence, a gist and two groups of points."""
    text = [stored.title, *stored.paragraphs][paragraph]
    start = text.index(quote)
    evidence = {"quote": quote, "paragraph": paragraph, "start": start, "end": start + len(quote)}
    name = "医鹿" if "医鹿" in text else quote[:2]
    mention = {"text": name, "paragraph": paragraph, "start": text.index(name), "end": text.index(name) + len(name)}
    last = stored.paragraphs[-1]
    published = Published(at=stored.published, precision="minute") if stored.published else None
    told = DocumentClassified.model_validate(
        {
            "document_id": stored.document_id, "revision": stored.revision, "url": stored.url, "source": stored.source,
            "outlet": stored.outlet, "rights": stored.rights, "title": stored.title, "lead": text,
            "language": stored.language, "published": published, "relevant": True, "kind": "news", "importance": 4,
            "entities": [{"entity": "alibaba_health", "mentions": [mention]}],
            "events": [{
                "label": label, "family": "strategic_move", "status": status, "entities": ["alibaba_health"],
                "evidence": evidence, "confidence": 0.91, "reasons": ["rule:merger", "verb:并入"],
                "facts": [{"kind": "amount", "value": "206000000", "unit": "CNY", "evidence": evidence}],
            }],
            "summary": [{"text": quote, "citations": [paragraph]}],
            "points": [
                {"group": "deal", "points": [{"text": quote, "citations": [paragraph]}]},
                {"group": "background", "points": [{"text": last[:60], "citations": [len(stored.paragraphs)]}]},
            ],
            "lines": [{"label": label, "status": status, "zh": f"阿里健康：{label}", "en": f"Alibaba Health: {label}",
                       "citations": [paragraph]}],
            "model": "rules 1", "times": Times(first_seen=stored.first_seen, fetched=stored.fetched,
                                               sent=stored.fetched, classified=stored.fetched + timedelta(seconds=3)),
        } | more
    )  # fmt: skip
    return Classification(
        document_id=stored.document_id, revision=stored.revision, message=told.model_dump(mode="json"), received=NOW
    )


def filled(engine: Engine) -> None:
    """Seven documents: a story from rumour to denial to completion, and one of each right."""
    rumour, earlier = _rumour(2, "传闻"), _rumour(1, "旧稿")
    denial = document(
        2,
        "阿里健康否認醫鹿併入傳聞",
        "阿里健康表示，醫鹿併入的說法不實。" * 4,
        "此前有報導。" * 12,
        language="zh-Hant",
        outlet="經濟日報",
        **_days_ago(7),
    )
    done = document(
        3,
        "Alibaba Health completes the merger of Yilu",
        "The merger of 医鹿 was completed on Friday. " * 3,
        "Terms were not disclosed. " * 5,
        language="en",
        outlet="Health Wire",
        **_days_ago(1),
    )
    linked = document(4, "医鹿独家专访", *_texts("仅链接", 4), rights="link", outlet="付费周刊")
    excerpt = document(
        5, "医鹿新功能评测", *_texts("摘录", 8), rights="excerpt", outlet="晚报", published_precision="day"
    )
    script = document(
        6,
        HOSTILE,
        "<img src=x onerror=alert(1)>医鹿 & <b>粗体</b>",
        url="javascript:alert(1)",
        outlet="<i>outlet</i>",
        author="\"><script>alert('author')</script>",
    )
    store(engine, earlier)
    store(engine, rumour, denial, done, linked, excerpt, script)
    store(engine, document(7, "医鹿旧闻", "", "第二段提到医鹿。", published=None))
    store(
        engine,
        classified(rumour, "mergers_acquisitions", "rumoured", 16, "医鹿与多家医院就线上问诊的合作方式交换意见"),
        classified(denial, "mergers_acquisitions", "denied", 1, "醫鹿併入的說法不實"),
        classified(done, "mergers_acquisitions", "completed", 1, "The merger of 医鹿 was completed on Friday."),
        classified(linked, "partnership", "announced", 2, "仅链接第2段。医鹿与多家医院"),
        classified(excerpt, "product_launch", "announced", 7, "摘录第7段。医鹿与多家医院就线上问诊的合作方式交换意见"),
    )
    store(engine, Thread(thread_id="tstory", opened=NOW, latest=NOW, title=rumour.title, fact_version=3))
    for version, member in enumerate((rumour, denial, done), 1):
        store(engine, *_joined(member, version))
    indexed(engine)


def _days_ago(days: int) -> dict[str, datetime]:
    return {"published": NOW - timedelta(days=days), "first_seen": NOW - timedelta(days=days)}


def _texts(prefix: str, count: int) -> list[str]:
    return [long_text(prefix, number) for number in range(1, count + 1)]


def _rumour(revision: int, beginning: str) -> Document:
    """Its first two paragraphs and its title differ by revision."""
    title = "传医鹿将并入另一平台" if revision == 2 else "传医鹿将并入他平台"
    text = [*_texts(beginning, 2), *_texts("传闻", 17)[2:]]
    return document(1, title, *text, outlet="搜狐财经", revision=revision, **_days_ago(9))


def _joined(member: Document, version: int) -> tuple[ThreadDocument, AlertDecision, Delivery]:
    """How the alerter took a document into the story, and whom it told."""
    at = member.first_seen + timedelta(minutes=2)
    same: dict[str, Any] = {"document_id": member.document_id, "revision": 1, "thread_id": "tstory"}
    outcome, kind = ("alerted", "new") if version == 1 else ("updated", "update")
    return (
        ThreadDocument(**same, joined=at, fact_version=version, reason="same parties and deal"),
        AlertDecision(**same, outcome=outcome, reason="told to 1 channels of strategy", at=at),
        Delivery(
            **same,
            fact_version=version,
            subscription="strategy",
            channel="slack:#strategy",
            channel_kind="slack",
            kind=kind,
            state="delivered",
            content={},
            decided=at,
            delivered=at + timedelta(seconds=4),
            team="strategy",
        ),
    )


class Site:
    """The application with its gate, and what it counted."""

    def __init__(self, engine: Engine, config_dir: Path, doors: Doors | None = None) -> None:
        """`doors` other than plain ones: with limits, proxies, a provider."""
        self.gate = Gate(lambda: datetime.now(UTC))
        self.metrics = Metrics()
        self.health = Health(("database",))
        watchlist = load_watchlist(config_dir / "watchlist.yaml")
        self.app: FastAPI = web_app(
            engine, watchlist, self.gate, self.metrics, self.health, "127.0.0.1,localhost,portal.test", doors
        )

    def client(self, signed_in: bool = True) -> "Client":
        """A browser without a page; it follows no redirects."""
        made = Client(self.app)
        if signed_in:
            assert made.get(f"/enter?token={self.gate.new_link()}").status_code == 303
        return made

    @contextmanager
    def served(self) -> Iterator[str]:
        """The address of a real server."""
        stop, ready = threading.Event(), threading.Event()
        listener = listen("127.0.0.1", 0)
        port = listener.getsockname()[1]
        thread = threading.Thread(target=serve, args=(self.app, listener, stop, ready.set))
        thread.start()
        try:
            assert ready.wait(30)
            yield f"http://127.0.0.1:{port}"
        finally:
            stop.set()
            thread.join(30)


class Client:
    """Asks the application itself; keeps cookies."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self.cookies = httpx.Cookies()

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request. What the application raises is answered as the server would."""

        async def run() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app, raise_app_exceptions=False)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://portal.test", cookies=self.cookies
            ) as web:
                answer = await web.request(method, path, **more)
                self.cookies = web.cookies
                return answer

        return asyncio.run(run())

    def get(self, path: str, **more: Any) -> httpx.Response:
        """A GET."""
        return self.ask("GET", path, **more)

    def post(self, path: str, **form: str) -> httpx.Response:
        """A form of this session, with its token."""
        token = csrf_of(self.cookies.get(COOKIE) or "")
        return self.ask("POST", path, data={"csrf": token, **form})
