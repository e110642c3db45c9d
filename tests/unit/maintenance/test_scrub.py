"""Taking an article out of what speaks of others too, without a trace and without harm to the others."""

import pytest

from services.alerter.domain.content import Alert
from services.alerter.domain.state import ThreadState
from services.maintenance.domain.scrub import GONE, Trace, own_content, without, without_report
from tests.fakes.classified import SEEN

pytestmark = pytest.mark.unit

URL, TITLE = "https://news.example/erased", "欧阳测试出任首席执行官"
TRACE = Trace(frozenset({"d1"}), frozenset({URL}), frozenset({TITLE}))

CONTENT = {
    "delivery_key": "t/1/team/console", "kind": "new", "subscription": "team", "thread_id": "t", "fact_version": 1,
    "document_id": "d1", "revision": 1, "url": URL, "title": TITLE, "outlet": "某报", "language": "zh-Hans",
    "importance": 4, "summary": [{"text": TITLE, "citations": [1]}], "published": None,
    "happened": [{"label": "leadership", "status": "announced", "line": TITLE, "quote": TITLE, "paragraph": 1}],
    "times": {"first_seen": SEEN.isoformat()}, "matched": [f"words: {TITLE}"], "entities": ["示例健康"],
    "reports": [{"outlet": "某报", "title": TITLE, "url": URL, "when": SEEN.isoformat()}], "later": [TITLE],
}  # fmt: skip


def report(document: str, title: str) -> dict[str, object]:
    return {
        "document_id": document, "revision": 1, "title": title, "lead": title, "language": "zh-Hans", "kind": "news",
        "first_seen": SEEN.isoformat(), "events": [], "url": f"https://news.example/{document}",
    }  # fmt: skip


def test_the_ledger_can_still_read_an_alert_that_has_no_words() -> None:
    Alert.model_validate(CONTENT)
    alert = Alert.model_validate(own_content(CONTENT))
    assert (alert.title, alert.url, alert.delivery_key, alert.labels) == (GONE, "", "t/1/team/console", ("leadership",))
    assert "欧阳" not in alert.model_dump_json()


def test_a_line_of_a_rollup_goes_and_the_others_stay() -> None:
    other = {"line": "别的", "url": "https://news.example/other"}
    emptied: dict[str, object] = {key: [] for key in ("summary", "happened", "matched", "reports", "later")}
    members = [{"line": f"人事：{TITLE}", "url": ""}, other]
    content = {**CONTENT, **emptied, "document_id": "d2", "url": other["url"], "title": "别的", "members": members}
    left = without(content, TRACE)
    assert left == {**content, "members": [other]}


def test_a_text_that_must_be_there_is_replaced() -> None:
    assert without({"title": TITLE, "url": URL, "n": 1, "deep": {"list": [TITLE, "别的"]}}, TRACE) == {
        "title": GONE, "url": GONE, "n": 1, "deep": {"list": ["别的"]},
    }  # fmt: skip


def test_a_thread_without_one_report_can_be_read_and_without_all_is_none() -> None:
    state = {
        "thread_id": "t",
        "fact_version": 3,
        "members": [report("d1", TITLE), {**report("d2", "别的"), "repeats": "d1"}],
    }
    left = without_report(state, "d1")
    assert left is not None
    thread = ThreadState.model_validate(left)
    assert (thread.title, thread.fact_version, thread.members[0].repeats) == ("别的", 3, None)
    assert without_report(left, "d2") is None
    assert without_report(left, "d9") == left
