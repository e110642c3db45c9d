"""The rule time machine on the real PostgreSQL."""

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text

from services.alerter import looking_back
from services.alerter.looking_back import Asked
from shared.errors import ConfigError
from tests.fakes.classified import event
from tests.integration.history_rig import THEN, WIDER, ago, everything, fill, take_in, told

pytestmark = pytest.mark.integration

CONFIG = Path("config")
ZONE = ZoneInfo("Asia/Shanghai")
NO_FILE = Path("none.yaml")
ANNOUNCED = event("mergers_acquisitions", "announced", "ant_group", "haodf", quote="蚂蚁集团宣布收购好大夫在线")


@pytest.fixture(autouse=True)
def stored(engine: Engine) -> None:
    fill(engine)


@pytest.fixture
def wider(tmp_path: Path) -> Path:
    path = tmp_path / "wider.yaml"
    path.write_text(WIDER, "utf-8")
    return path


def previewed(database_url: str, asked: Asked) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(looking_back.preview(database_url, asked, NO_FILE, CONFIG, ZONE, as_json=True))
    return found


def names(tellings: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(one["url"].rsplit("/", 1)[1], one["team"], one["channel"]) for one in tellings]


def test_the_current_rules_tell_in_a_replay_what_they_told(database_url: str, engine: Engine) -> None:
    found = previewed(database_url, Asked("30d"))
    with engine.begin() as db:
        real = db.execute(
            text("select subscription, count(*) from deliveries where decided >= :since group by 1 order by 1"),
            {"since": ago(30)},
        )
        deliveries = dict(tuple(row) for row in real)
    assert {team: load["messages"] for team, load in found["teams"]["current"].items()} == deliveries
    assert deliveries == {"regulation": 1, "strategy": 4}
    assert "gained" not in found


def test_a_wider_subscription_gains_and_nothing_is_written(database_url: str, engine: Engine, wider: Path) -> None:
    before = everything(engine)
    found = previewed(database_url, Asked("30d", subscriptions=wider))
    assert names(found["gained"]) == [("results", "peers", "console"), ("launch", "peers", "console")]
    assert found["lost"] == found["moved"] == []
    assert found["teams"]["changed"]["peers"]["alerts"] == 2
    assert everything(engine) == before


def test_a_narrower_subscription_loses_and_says_by_which_key(database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "narrow.yaml"
    path.write_text(THEN.replace("importance: 3", "importance: 5"), "utf-8")
    found = previewed(database_url, Asked("30d", subscriptions=path, team="strategy"))
    assert {name for name, _, _ in names(found["lost"])} == {"rumour", "denial"}
    assert {one["why_not"] for one in found["lost"]} == {"importance 4 is below 5"}
    assert list(found["teams"]["changed"]) == ["strategy"]


def test_a_digest_is_told_apart_from_silence(database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "digest.yaml"
    path.write_text(THEN.replace("[regulatory_event]}", "[regulatory_event]}\n    rhythm: {mode: digest}"), "utf-8")
    found = previewed(database_url, Asked("30d", subscriptions=path))
    assert [one["what"] for one in found["moved"]] == ["at once → digest"]
    assert found["gained"] == found["lost"] == []


def test_tables_show_titles_times_and_reasons(database_url: str, wider: Path) -> None:
    told_of = looking_back.preview(database_url, Asked("30d", subscriptions=wider), NO_FILE, CONFIG, ZONE, False)
    assert "Gained: 2" in told_of
    assert "Lost: 0" in told_of
    assert "京东健康公布中期业绩" in told_of
    assert "CST" in told_of
    assert "current rules: subscriptions, version 1" in told_of


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked("soon"), "--since: 'soon' is neither a length of time nor a date"),
        (Asked("2d", "3d"), "--since: 2d is not before --until 3d"),
        (Asked("30d", team="stratgy"), "no subscription is called stratgy\n  mend: did you mean strategy?"),
        (Asked("30d", subscriptions=Path("nowhere.yaml")), "nowhere.yaml: cannot be read"),
    ],
)
def test_what_is_asked_wrongly_is_said(database_url: str, asked: Asked, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        previewed(database_url, asked)
    assert said in str(error.value)


def applied(database_url: str, path: Path) -> list[str]:
    return list(
        looking_back.apply(database_url, Asked("400d", subscriptions=path), NO_FILE, CONFIG, True, "me", "wider")
    )


def test_applied_twice_changes_nothing_the_second_time(database_url: str, engine: Engine, wider: Path) -> None:
    said = applied(database_url, wider)
    assert said == [
        "12 stored documents: 3 alerts count as told from now on, 5 did",
        "in force: version 2 of the subscriptions",
    ]
    once = everything(engine)
    assert applied(database_url, wider)[0] == "12 stored documents: 0 alerts count as told from now on, 8 did"
    assert everything(engine) == once
    with engine.begin() as db:
        rows = db.execute(text("select state, due, subscription from deliveries where state = 'backfill'")).all()
    assert rows == [("backfill", None, "peers")] * 3


def test_after_the_change_only_what_is_new_is_told(database_url: str, engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "more.yaml"
    path.write_text(
        THEN + "\n  - name: deals\n    when: {labels: [mergers_acquisitions]}\n    channels: {console: true}\n", "utf-8"
    )
    applied(database_url, path)
    take_in(
        engine,
        told(
            "retold",
            "蚂蚁集团否认洽购好大夫在线的传闻",
            0.2,
            event("mergers_acquisitions", "denied", "ant_group", "haodf"),
        ),
        told("deal", "蚂蚁集团宣布收购好大夫在线", 0.1, ANNOUNCED),
    )
    with engine.begin() as db:
        rows = db.execute(
            text(
                "select content->>'title', kind, content->'news' from deliveries"
                " where subscription = 'deals' and state <> 'backfill'"
            )
        ).all()
    assert [(title, kind) for title, kind, _ in rows] == [("蚂蚁集团宣布收购好大夫在线", "update")]
    assert rows[0][2]
