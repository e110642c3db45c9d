"""Deliveries of a period, and what digests are made with, for tests."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.alerter.application.digest_ports import Heard, Team
from services.alerter.domain.digest import Row, Way
from services.alerter.domain.digest_period import Period
from services.alerter.domain.digest_plan import DigestPlan
from services.alerter.domain.routes import route_of
from services.alerter.domain.subscriptions import Subscription
from tests.fakes.alerts import alert

NAMES = {
    "alibaba_health": ("阿里健康", "Alibaba Health"),
    "ant_group": ("蚂蚁集团", "Ant Group"),
    "jd_health": ("京东健康", "JD Health"),
}
SHANGHAI = ZoneInfo("Asia/Shanghai")
START, END = datetime(2026, 11, 22, 1, tzinfo=UTC), datetime(2026, 11, 23, 1, tzinfo=UTC)
DAY = Period(START, END, "2026-11-22", "daily")
NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
DAILY = DigestPlan(daily="09:00", language="en")
CHANNEL = "email:a@example.com"


def row(number: int, thread: str, entity: str = "ant_group", way: Way = "digest", **more: Any) -> Row:
    """A delivery; `label`, `version`, `importance`, `news`, `reason`, `listed` as wanted."""
    label = more.pop("label", "mergers_acquisitions")
    reason, listed = more.pop("reason", ""), more.pop("listed", way == "digest")
    happened = [
        {"label": label, "status": "announced", "line": f"{thread} happened", "quote": "…", "paragraph": 2},
    ]
    version = more.pop("version", 1)
    content = alert(
        thread_id=thread, fact_version=version, happened=happened, title=f"title of {thread}",
        url=f"https://news.example/{thread}", delivery_key=f"{thread}/{version}/strategy/{CHANNEL}",
        subscription="strategy", **more,
    )  # fmt: skip
    return Row(number, content, way, reason, NOON, (entity,) if entity else (), listed)


def team(plan: DigestPlan = DAILY, **more: Any) -> Team:
    """The subscription `strategy`, which watches two companies and sends to one address."""
    plain: dict[str, Any] = {
        "name": "strategy",
        "when": {"entities": ["alibaba_health", "ant_group"]},
        "channels": {"email": "a@example.com"},
    }
    root = route_of(Subscription.model_validate(plain | more))
    return Team(root, plan)


def heard(**more: Any) -> Heard:
    """One source that has told of Ant Group and one of nobody."""
    plain: dict[str, Any] = {
        "articles": {"": 3, "ant_group": 2},
        "tellers": {"": frozenset({"caixin", "yicai"}), "ant_group": frozenset({"caixin"})},
        "standings": (),
    }
    return Heard(**(plain | more))
