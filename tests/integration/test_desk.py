"""What readers ask of an alerter, on the real PostgreSQL: checks, versions, silences and audit are the commands'."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from services.alerter.adapters.desk import SqlTray
from services.alerter.adapters.subscriptions_versions import SqlVersions
from services.alerter.application.desk import ATTEMPTS, LARGEST, QUICK
from tests.integration.desk_rig import answer_of, ask, asked, desk, now_is
from tests.integration.history_rig import THEN, WIDER, everything, fill

pytestmark = pytest.mark.integration

SOON = (datetime.now(UTC) + timedelta(hours=3)).isoformat()


@pytest.fixture
def one(engine: Engine) -> Engine:
    SqlVersions(engine).add(THEN, "command", "test", "")
    return engine


def rows(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    with engine.connect() as db:
        return [tuple(row) for row in db.execute(text(query))]


def test_an_edit_is_in_force_with_who_when_and_why(one: Engine) -> None:
    state, content = asked(one, "apply", {"text": WIDER, "reason": "peers too"})
    assert (state, content["version"], content["changed"]) == ("done", 2, ["peers"])
    assert SqlVersions(one).history(1)[0].content == WIDER
    audit = rows(one, "select who, what, subject, reason from audit_log order by id desc limit 1")
    assert audit == [("li", "config.import", "subscriptions 2", "peers too")]


def test_an_older_version_is_not_put_over_a_newer_one(one: Engine) -> None:
    SqlVersions(one).add(WIDER, "command", "wang", "peers, please")
    state, content = asked(one, "apply", {"text": THEN + "# a word\n"})
    assert (state, content["stale"], content["newest"]) == ("refused", True, 2)
    assert [(each["version"], each["who"], each["reason"]) for each in content["versions"]] == [
        (2, "wang", "peers, please")
    ]
    assert SqlVersions(one).newest() == 2


@pytest.mark.parametrize("kind", ["check", "preview", "apply"])
def test_what_is_wrong_is_said_with_line_and_mend(one: Engine, kind: str) -> None:
    wrong = THEN.replace("alibaba_health", "alibaba_healt")
    state, content = asked(one, kind, {"text": wrong, "days": 14})
    assert state == "refused"
    assert content["line"] == 4
    assert "no watched entity is called alibaba_healt" in content["wrong"]
    assert content["mend"] == "did you mean alibaba_health?"


BOMB = (
    "a: &a ["
    + "x," * 60
    + "]\n"
    + "".join(f"{new}: &{new} [{','.join([f'*{old}'] * 60)}]\n" for old, new in zip("abcd", "bcde", strict=True))
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"text": BOMB}, "stand for millions of values"),
        ({"text": "[" * 5_000}, "nested too deeply"),
        ({"text": "x" * (LARGEST + 1)}, "has 1,048,577 characters"),
        ({"text": "subscriptions: [{name: a"}, "no YAML"),
        ({"text": 7}, "text is no text"),
        ({"text": ""}, "subscriptions: missing"),
        ({"text": THEN.replace("importance: 3", 'importance: "\\x5cu0000"')}, "importance"),
        ({"text": THEN.replace("importance: 3", "importence: 3")}, "unknown key"),
        ({"text": THEN.replace("console: true", 'pager: "#x"', 1)}, "no channel is called pager"),
    ],
)
def test_bad_texts_are_refused_and_change_nothing(one: Engine, content: dict[str, Any], said: str) -> None:
    state, told = asked(one, "apply", content)
    assert state == "refused"
    assert said in told["wrong"]
    assert SqlVersions(one).newest() == 1


def test_a_channel_that_this_alerter_cannot_send_to_is_refused(one: Engine) -> None:
    state, told = asked(one, "apply", {"text": THEN.replace("console: true", "dingtalk: nowhere", 1)})
    assert state == "refused"
    assert "DINGTALK_NOWHERE_URL" in json.dumps(told)


@pytest.mark.parametrize("kind", ["check", "preview", "apply"])
def test_a_foreign_team_is_not_changed(one: Engine, kind: str) -> None:
    changed = THEN.replace("families: [regulatory_event]", "families: [strategic_move]")
    state, told = asked(one, kind, {"text": changed, "days": 14}, teams=["strategy"])
    assert state == "refused"
    assert told["wrong"] == "li may not change regulation"
    own = THEN.replace("importance: 3", "importance: 4")
    assert asked(one, kind, {"text": own, "days": 14}, teams=["strategy"])[0] == "done"


def test_a_comment_or_order_of_others_is_no_change_of_theirs(one: Engine) -> None:
    assert asked(one, "apply", {"text": "# words\n" + THEN}, teams=["strategy"])[0] == "done"


def test_a_preview_tells_alerts_a_day_and_stories_without_their_words(engine: Engine) -> None:
    fill(engine)
    now_is(engine, "admin")
    before = everything(engine)
    state, told = asked(engine, "preview", {"text": WIDER, "team": "peers", "days": 30})
    assert state == "done"
    assert told["counts"] == {"gained": 2, "lost": 0, "moved": 0}
    assert told["teams"]["changed"]["peers"]["a_day"] == pytest.approx(2 / 30, abs=0.01)
    assert {one["team"] for one in told["gained"]} == {"peers"}
    assert all(one["document_id"] and "title" not in one and "why" not in one for one in told["gained"])
    after = everything(engine)
    assert {name for name in after if after[name] != before[name]} == {"desk_requests", "desk_answers", "desk_rights"}
    assert asked(engine, "preview", {"text": WIDER, "days": 400})[0] == "refused"


def test_a_new_subscription_does_not_alarm_for_old_hits(engine: Engine) -> None:
    fill(engine)
    before = rows(engine, "select count(*) from deliveries")
    assert asked(engine, "apply", {"text": WIDER})[0] == "done"
    assert asked(engine, "apply", {"text": THEN + "\n# again\n"}, 2)[0] == "done"
    assert rows(engine, "select count(*) from deliveries") == before


def test_a_silence_is_made_and_ended_in_the_readers_name(one: Engine) -> None:
    content = {"entity": "ant_group", "until": SOON, "timezone": "Asia/Shanghai", "reason": "known"}
    state, told = asked(one, "silence_add", content)
    assert (state, told["matcher"]) == ("done", {"entity": "ant_group"})
    assert rows(one, "select who, reason, ended from silences") == [("li", "known", None)]
    assert asked(one, "silence_end", {"silence": told["silence"]}, who="wang")[0] == "done"
    assert asked(one, "silence_end", {"silence": told["silence"]})[1]["wrong"].startswith("no silence")
    audit = rows(one, "select who, what from audit_log where what like 'silence%' order by id")
    assert audit == [("li", "silence.add"), ("wang", "silence.end")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"until": SOON, "reason": "x"}, "needs at least one of"),
        ({"entity": "ant_gruop", "until": SOON, "reason": "x"}, "did you mean ant_group"),
        ({"entity": "ant_group", "until": "2020-01-01T00:00", "reason": "x"}, "is over"),
        ({"entity": "ant_group", "until": "tomorrow", "reason": "x"}, "no date with a time"),
        ({"entity": "ant_group", "until": SOON, "reason": " "}, "needs a reason"),
        ({"entity": "ant_group", "until": SOON, "reason": "x", "timezone": "Peking"}, "no timezone"),
        ({"channel": "pager:1", "until": SOON, "reason": "x"}, "no channel is called pager"),
        ({"subscription": "strategi", "until": SOON, "reason": "x"}, "did you mean strategy"),
        ({"channel": "slack:#deals", "until": SOON, "reason": "x"}, "no subscription sends to slack:#deals"),
        ({"entity": ["ant_group"], "until": SOON, "reason": "x"}, "entity is no text"),
        ({"subscription": "strategy", "words": " \x1c", "until": SOON, "reason": "x"}, "words is empty"),
        ({"subscription": "strategy", "words": "a\x07", "until": SOON, "reason": "x"}, "words has a character"),
    ],
)
def test_a_silence_that_cannot_be_meant_is_refused(one: Engine, content: dict[str, Any], said: str) -> None:
    state, told = asked(one, "silence_add", {"timezone": "Asia/Shanghai"} | content)
    assert (state, said in f"{told['wrong']} {told['mend']}") == ("refused", True), told


def test_a_silence_on_what_is_gone_since_can_be_ended(one: Engine) -> None:
    content = {"subscription": "regulation", "until": SOON, "timezone": "UTC", "reason": "known"}
    number = asked(one, "silence_add", content)[1]["silence"]
    SqlVersions(one).add(THEN.partition("  - name: regulation")[0], "command", "test", "")
    assert "no subscription or route is called regulation" in asked(one, "silence_add", content)[1]["wrong"]
    assert asked(one, "silence_end", {"silence": number})[0] == "done"


def test_an_editor_silences_the_own_team_alone(one: Engine) -> None:
    content = {"entity": "ant_group", "until": SOON, "timezone": "UTC", "reason": "known"}
    assert "other teams" in asked(one, "silence_add", content, teams=["strategy"])[1]["wrong"]
    own = content | {"subscription": "strategy"}
    state, told = asked(one, "silence_add", own, teams=["strategy"])
    assert state == "done"
    assert "other teams" in asked(one, "silence_end", {"silence": told["silence"]}, teams=["regulation"])[1]["wrong"]


def test_of_two_alerters_one_answers(one: Engine) -> None:
    first, second = SqlTray(one, "alerter-1"), SqlTray(one, "alerter-1")
    number = ask(one, "check", {"text": THEN})
    taken = first.take(QUICK)
    assert taken is not None
    assert taken.id == number
    assert second.take(QUICK) is None
    again = first.take(QUICK)
    assert again is not None, "who leased it may begin it again"
    assert again.attempts == 1


def test_a_request_of_a_dead_alerter_is_taken_over_and_given_up_in_the_end(one: Engine) -> None:
    number = ask(one, "apply", {"text": WIDER})
    for _ in range(ATTEMPTS):
        assert SqlTray(one, "dying").take(QUICK) is not None
        with one.begin() as db:
            db.execute(text("update desk_answers set until = now() - interval '1 s'"))
    assert desk(one).step()
    answer = answer_of(one, number)
    assert answer is not None
    assert "alerters stopped" in answer[1]["wrong"]
    assert SqlVersions(one).newest() == 1


def test_yesterdays_request_is_put_in_force_by_nobody(one: Engine) -> None:
    ask(one, "apply", {"text": WIDER})
    with one.begin() as db:
        db.execute(text("update desk_requests set asked = now() - interval '25 hours'"))
    assert desk(one).step() is False
