"""What stands in a digest: groups, counts, reasons, and that the same rows always make the same one."""

import random
from datetime import timedelta

import pytest

from services.alerter.application.digest import Digests, sendable
from services.alerter.domain.content import Alert
from services.alerter.domain.digest import Digest, Row, digest_of
from services.alerter.domain.digest_plan import DigestPlan
from services.alerter.domain.digest_words import alert_of
from services.alerter.domain.may_receive import MayReceive, receivable
from services.alerter.domain.presentation import plain_text, present
from tests.fakes.digests import CHANNEL, DAILY, DAY, END, NAMES, NOON, heard, row, team
from tests.fakes.digests_shelves import MemoryShelves

pytestmark = pytest.mark.unit

ORDER = list(NAMES)


def made(rows: list[Row], plan: DigestPlan = DAILY) -> Digest:
    whose = ("strategy", CHANNEL, "Asia/Shanghai")
    return digest_of(whose, DAY, plan, rows, ORDER, ["alibaba_health", "ant_group"], ())


def shown(digest: Digest) -> str:
    return plain_text(present(alert_of(digest, NAMES, None, NOON), NOON))


def test_threads_stand_under_company_and_label_the_weightiest_first() -> None:
    found = made([
        row(1, "t1", importance=2), row(2, "t2", importance=4), row(3, "t3", "alibaba_health", label="partnership"),
        row(4, "t4", label="partnership"), row(5, "t5", ""),
    ])  # fmt: skip
    groups = [(c.entity, g.label, [t.thread_id for t in g.threads]) for c in found.companies for g in c.labels]
    assert groups == [
        ("alibaba_health", "partnership", ["t3"]),
        ("ant_group", "mergers_acquisitions", ["t2", "t1"]),
        ("ant_group", "partnership", ["t4"]),
        ("", "mergers_acquisitions", ["t5"]),
    ]
    assert (found.count, found.at_once, found.deliveries) == (5, 0, (1, 2, 3, 4, 5))


def test_a_thread_is_one_line_however_often_it_was_told() -> None:
    found = made([row(1, "t1"), row(2, "t1", version=2, kind="update", news=["amount: 5"], reason="budget is used up")])
    (line,) = found.companies[0].labels[0].threads
    assert (line.news, line.reasons, line.deliveries) == (("amount: 5",), ("budget is used up",), (1, 2))
    text = shown(found)
    assert text.count("https://news.example/t1") == 1
    assert "+ amount: 5 — title of t1 (晨汐健康) — [budget is used up] https://news.example/t1" in text


def test_what_was_alerted_at_once_is_counted_and_listed_only_where_asked() -> None:
    rows = [row(1, "t1"), row(2, "t2", way="at_once"), row(3, "t3", way="suppressed")]
    found, told = made(rows), made(rows, DAILY.model_copy(update={"include_told": True}))
    assert (found.count, found.at_once, found.suppressed) == (1, 1, 1)
    assert "1 event · 1 alerted at once · 1 silenced or inhibited · 2026-11-22 09:00 – 2026-11-23 09:00" in shown(found)
    assert "t2" not in shown(found)
    assert (told.count, told.deliveries) == (2, (1,))
    assert "title of t2 (晨汐健康) — alerted 11-22 12:00" in shown(told)
    assert "t3" not in shown(told)


def test_a_thread_told_at_once_whose_next_fact_waited_is_listed() -> None:
    found = made([row(1, "t1", way="at_once"), row(2, "t1", version=2)])
    assert (found.count, found.at_once, found.deliveries) == (1, 1, (2,))


def test_what_another_digest_tells_is_counted() -> None:
    found = made([row(1, "t1", listed=False)])
    assert (found.count, found.elsewhere) == (0, 1)
    assert "nothing new · 1 in another digest" in shown(found)


def test_the_chart_counts_every_event_at_everyone_who_acts_in_it() -> None:
    both = Row(**{**vars(row(1, "t1")), "entities": ("ant_group", "alibaba_health")})
    found = made([both, row(2, "t2", way="at_once"), row(3, "t3", way="suppressed")])
    assert [(cell.entity, cell.count) for cell in found.cells] == [("alibaba_health", 1), ("ant_group", 2)]
    assert "Ant Group: merger or acquisition 2" in shown(found)


def test_rows_in_any_order_make_the_same_digest() -> None:
    rows = [
        row(n, f"t{n % 7}", random.Random(n).choice(ORDER), label=f"l{n % 3}", importance=n % 5 + 1) for n in range(40)
    ]
    first = made(rows)
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        assert made(rows) == first
    assert Digest.model_validate_json(first.model_dump_json()) == first


def test_no_line_says_more_than_the_poorest_channel_may_receive() -> None:
    alert = alert_of(made([row(1, "t1")]), NAMES, None, NOON)
    assert receivable(alert, MayReceive("link")).sections == alert.sections
    assert "知情人士" not in alert.model_dump_json()  # no quote of the article stands in a digest


def test_the_message_of_a_digest_keeps_its_key_and_survives_the_ledger() -> None:
    alert = alert_of(made([row(1, "t1")]), NAMES, None, NOON)
    assert alert.delivery_key == f"digest-2026-11-22/1/strategy/{CHANNEL}"
    assert Alert.model_validate(alert.model_dump(mode="json")) == alert
    assert present(alert, NOON).headline == "[Digest] strategy 2026-11-22"
    chinese = made([row(1, "t1")], DigestPlan(daily="09:00"))
    assert "【摘要】strategy 2026-11-22" in shown(chinese)
    assert "【蚂蚁集团 · 并购 (1)】" in shown(chinese)


def test_each_channel_has_its_own_and_an_empty_one_goes_to_the_subscription_alone() -> None:
    shelves = MemoryShelves([(CHANNEL, row(1, "t1")), ("slack:#legal", row(2, "t2", listed=True))], heard())
    found = {one.channel: one for one in Digests(shelves, NAMES, lambda *_: None).of(team(), DAY)}
    assert {channel: one.count for channel, one in found.items()} == {CHANNEL: 1, "slack:#legal": 1}
    empty = {c: one.model_copy(update={"companies": ()}) for c, one in found.items()}
    assert sendable(team(), empty[CHANNEL], END)
    assert not sendable(team(), empty["slack:#legal"], END)
    assert not sendable(team(DAILY.model_copy(update={"skip_empty": True})), empty[CHANNEL], END)
    assert not sendable(team(), empty[CHANNEL], END + timedelta(days=2))
    assert sendable(team(), found[CHANNEL], END + timedelta(days=9))


def test_beside_a_daily_digest_the_weekly_one_only_counts() -> None:
    plan = DigestPlan.model_validate({"daily": "09:00", "weekly": {"day": "mon", "at": "09:00"}, "language": "en"})
    shelves = MemoryShelves([(CHANNEL, row(1, "t1"))], heard())
    week = DAY.__class__(DAY.start - timedelta(days=6), DAY.end, "2026-W47", "weekly")
    Digests(shelves, NAMES, lambda *_: None).of(team(plan), week)
    Digests(shelves, NAMES, lambda *_: None).of(team(plan), DAY)
    assert shelves.asked == [False, True]
