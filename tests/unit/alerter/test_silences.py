"""Silences: which alerts they stop, and what is refused."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.alerter.domain.silences import Matcher, Silence, Telling, end_of, refuse_unknown, silence_on
from services.alerter.domain.subscriptions import Subscriptions
from shared.config_hints import Misfit
from tests.fakes.classified import classified, event

pytestmark = pytest.mark.unit
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def silence(**keys: Any) -> Silence:
    return Silence(1, Matcher(**keys), NOW + timedelta(hours=1), "fair", "li", NOW)


def telling(*labels: str, entities: Sequence[str] = ("ant_group",), title: str = "蚂蚁集团与好大夫合作") -> Telling:
    events = [event(label, "announced", *entities) for label in labels or ("partnership",)]
    document = classified("a", title, *events)
    return Telling(("team", "route"), "slack:#deals", "t1", document, document.events)


@pytest.mark.parametrize(
    ("keys", "stops"),
    [
        ({"subscription": "team"}, True),
        ({"subscription": "route"}, True),
        ({"subscription": "other"}, False),
        ({"entity": "ant_group"}, True),
        ({"entity": "jd_health"}, False),
        ({"label": "partnership"}, True),
        ({"label": "leadership"}, False),
        ({"thread": "t1"}, True),
        ({"thread": "t2"}, False),
        ({"channel": "slack"}, True),
        ({"channel": "slack:#deals"}, True),
        ({"channel": "slack:#other"}, False),
        ({"words": "好大夫合作"}, True),
        ({"words": "好大夫合併"}, False),
        ({"words": "螞蟻集團"}, True),
        ({"entity": "ant_group", "label": "leadership"}, False),
        ({"entity": "ant_group", "label": "partnership", "channel": "slack", "subscription": "team"}, True),
    ],
)
def test_all_that_is_given_must_fit(keys: dict[str, str], stops: bool) -> None:
    assert (silence_on([silence(**keys)], telling(), NOW) is not None) == stops


def test_a_silence_on_one_of_two_events_loses_neither() -> None:
    assert silence_on([silence(label="partnership")], telling("partnership", "leadership"), NOW) is None
    assert silence_on([silence(entity="ant_group")], telling("partnership", "leadership"), NOW) is not None


def test_it_holds_from_its_making_to_its_end() -> None:
    one = silence(entity="ant_group")
    assert silence_on([one], telling(), NOW + timedelta(minutes=59))
    assert not silence_on([one], telling(), NOW + timedelta(hours=1))
    assert not silence_on([one], telling(), NOW - timedelta(seconds=1))
    ended = Silence(1, one.matcher, one.until, "fair", "li", NOW, NOW)
    assert not silence_on([ended], telling(), NOW)


def test_the_first_in_force_is_named() -> None:
    over = Silence(1, Matcher(entity="ant_group"), NOW, "over", "li", NOW - timedelta(days=1))
    holds = Silence(2, Matcher(entity="ant_group"), NOW + timedelta(days=1), "fair", "li", NOW)
    found = silence_on([over, holds], telling(), NOW)
    assert found is holds
    assert found.words() == "silence 2 by li until 2026-11-24 12:00 UTC (entity=ant_group): fair"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({}, "needs at least one of"),
        ({"entity": " "}, "entity is empty"),
        ({"label": "partnershop"}, "no label is called partnershop; did you mean partnership?"),
    ],
)
def test_what_stops_everything_or_names_nothing_is_refused(keys: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Matcher(**keys).check()


@pytest.mark.parametrize("unseen", ["", " \t", "\x00", "\x01\x1c", "\ufffd\ufffd", "\u200b\u3000", "\x00 \x7f"])
def test_a_key_of_which_nothing_is_seen_is_refused_and_not_lost(unseen: str) -> None:
    with pytest.raises(ValueError, match="words is empty"):
        Matcher(subscription="team", words=unseen).check()


@pytest.mark.parametrize("broken", ["好\x00大夫", "a\x07", "\ufffd医鹿", "\ud800x"])
def test_a_key_that_is_no_text_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match="words has a character that is no text"):
        Matcher(subscription="team", words=broken).check()


def test_blanks_within_words_are_text() -> None:
    Matcher(words="good\tdoctor\u3000医鹿").check()


@pytest.mark.parametrize(
    ("written", "zone", "end"),
    [
        ("2026-12-01T08:00", SHANGHAI, "2026-12-01T00:00:00+00:00"),
        ("2026-12-01 08:00", SHANGHAI, "2026-12-01T00:00:00+00:00"),
        ("2026-12-01T08:00Z", SHANGHAI, "2026-12-01T08:00:00+00:00"),
        ("2026-12-01T08:00+01:00", SHANGHAI, "2026-12-01T07:00:00+00:00"),
        ("2026-12-01", SHANGHAI, "2026-11-30T16:00:00+00:00"),
        ("2027-03-28T02:30", ZoneInfo("Europe/Berlin"), "2027-03-28T01:00:00+00:00"),
        ("2027-10-31T02:30", ZoneInfo("Europe/Berlin"), "2027-10-31T01:30:00+00:00"),
    ],
)
def test_an_end_is_read_on_the_clock_of_the_zone(written: str, zone: ZoneInfo, end: str) -> None:
    assert end_of(written, zone, NOW).isoformat() == end


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("tomorrow", "is no date with a time; write it like 2026-12-01T08:00"),
        ("2h", "is no date"),
        ("2026-11-23T12:00Z", "is over"),
        ("2030-01-01T00:00", "more than 366 days away"),
    ],
)
def test_an_end_that_cannot_be_meant_is_refused(written: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        end_of(written, SHANGHAI, NOW)


@pytest.mark.parametrize(
    ("words", "title", "stops"),
    [
        ("AI", "Ant said it paid", False),
        ("AI", "Ant's AI doctor goes live", True),
        ("ai", "蚂蚁AI医生上线", True),
        ("drug", "Ant sells drugs", True),
        ("ant", "The plant is restarted", False),
        ("健康", "阿里健康大药房", True),
    ],
)
def test_a_latin_word_stands_alone_as_it_does_in_routing(words: str, title: str, stops: bool) -> None:
    assert (silence_on([silence(words=words)], telling(title=title), NOW) is not None) == stops


def test_without_an_event_a_label_stops_nothing_and_an_entity_what_names_it() -> None:
    one = telling()
    nothing = Telling(one.path, one.channel, one.thread_id, one.document, ())
    assert silence_on([silence(label="partnership")], nothing, NOW) is None
    assert silence_on([silence(entity="jd_health")], nothing, NOW) is None
    assert silence_on([silence(entity="ant_group")], nothing, NOW)


TREE = Subscriptions.model_validate(
    {
        "subscriptions": [
            {
                "name": "strategy",
                "channels": {"slack": "#strategy"},
                "routes": [{"name": "deals", "channels": {"email": "deals@example.com"}}],
            },
            {"name": "peers", "channels": {"console": True}},
        ]
    }
)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"subscription": "strategi"}, "no subscription or route is called strategi; did you mean strategy?"),
        ({"channel": "slack:#strategi"}, "no subscription sends to slack:#strategi; did you mean slack:#strategy?"),
        ({"channel": "telegram"}, "no subscription sends to telegram; known: "),
        ({"subscription": "peers", "channel": "slack"}, "peers never sends to slack; known: console"),
        ({"subscription": "strategy"}, ""),
        ({"subscription": "strategy", "channel": "email:deals@example.com"}, ""),
        ({"subscription": "deals", "channel": "email"}, ""),
        ({"channel": "slack:#strategy"}, ""),
        ({"entity": "ant_group"}, ""),
    ],
)
def test_what_would_silence_nobody_is_refused(keys: dict[str, str], said: str) -> None:
    try:
        refuse_unknown(Matcher(**keys), TREE)
    except Misfit as error:
        told = f"{error}; {error.right}"
    else:
        told = ""
    assert told.startswith(said)
    assert bool(told) == bool(said)
