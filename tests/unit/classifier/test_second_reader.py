"""When the second reader is asked, how often, and that nothing of it stands in the first one's way."""

from datetime import UTC, datetime, timedelta

import pytest

from services.classifier.application.classify import Classify
from services.classifier.application.second_reader import Policy, SecondReading
from services.classifier.domain.article import Article, Judgement
from services.classifier.domain.second_question import Band
from shared.messages import DocumentFound, Times
from shared.messages.classified import EntityFound, EventFound, Evidence
from shared.messages.common import Rights
from shared.reader.asking import Asking, Limits, Retry
from shared.reader.limits import FIRST_PAUSE, Budget
from tests.fakes.language_models import Counted
from tests.fakes.second_readers import Said, ScriptedReader, opinion

pytestmark = pytest.mark.unit

BEGAN = datetime(2026, 11, 22, 23, 50, tzinfo=UTC)
DEAL = "阿里健康与市一医院签署合作协议"
CONFIRMED = opinion(events=[(0, "confirm", None, DEAL)])
EVENT = EventFound(
    label="partnership",
    family="strategic_move",
    status="announced",
    entities=("alibaba_health",),
    evidence=Evidence(quote=DEAL, paragraph=1, start=0, end=len(DEAL)),
    confidence=0.5,
)
FIRST = Judgement(True, ("names it",), (EntityFound(entity="alibaba_health"),), (EVENT,), 0.9)


class Unsure:
    """Gives the same judgement of every article."""

    def __init__(self, judgement: Judgement = FIRST) -> None:
        self.judgement = judgement

    def judge(self, article: Article) -> Judgement:
        return self.judgement


class Clock:
    """A time that only passes where a test, or a pause, lets it."""

    def __init__(self) -> None:
        self.now = BEGAN
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)

    def retry(self) -> Retry:
        return Retry(lambda: self.now.timestamp(), self.sleep)


class Desk:
    """Everything around one second reading."""

    def __init__(self, *script: Said, requests: int = 100, characters: int = 10**6, gist: bool = False) -> None:
        self.reader = ScriptedReader(*script)
        self.tally, self.clock = Counted(), Clock()
        limits = Limits(Budget(requests, characters))
        self.asking = Asking(self.reader, limits, self.tally, lambda: self.clock.now, self.clock.retry())
        policy = Policy(Band(0.3, 0.6), "excerpt", gist, 8.0)
        self.reading = SecondReading(
            Unsure(), self.reader.name, self.asking, lambda _: FIRST.entities, policy, self.tally
        )

    def judge(self, number: int = 0, rights: Rights = "full") -> Judgement:
        return self.reading.judge(Article(f"合作 {number}", (DEAL + "。",), "zh-Hans", None, rights=rights))


def test_an_unsure_event_is_asked_about_and_confirmed() -> None:
    desk = Desk(Said(CONFIRMED))
    told = desk.judge()
    assert told.events[0].reasons == ("second reader: confirmed",)
    assert desk.tally.told == ["asked", "answered"]
    assert desk.reader.seconds == [8.0]
    assert DEAL in desk.reader.prompts[0].user


def test_the_same_article_is_asked_about_once() -> None:
    desk = Desk(Said(CONFIRMED), requests=1)
    assert desk.judge() == desk.judge()
    assert desk.tally.told == ["asked", "answered", "remembered"]


def test_a_document_of_narrower_rights_is_not_sent() -> None:
    desk = Desk(Said(CONFIRMED))
    assert desk.judge(rights="link") is FIRST
    assert desk.reader.prompts == []
    assert desk.judge(rights="excerpt") is not FIRST
    assert desk.tally.told == ["refused rights", "asked", "answered"]


def test_a_sure_article_and_one_of_any_company_are_not_asked_about() -> None:
    desk = Desk(Said(CONFIRMED))
    assert desk.reading.judge(Article("", (), "en", None, any_company=True, rights="full")) is FIRST
    sure = Judgement(True, (), (), (EVENT.model_copy(update={"confidence": 0.9}),), 0.9)
    reading = SecondReading(
        Unsure(sure),
        "some-model",
        desk.asking,
        lambda _: (),
        Policy(Band(0.3, 0.6), "link", False, 8.0),
        desk.tally,
    )
    assert reading.judge(Article("", (), "zh-Hans", None)) is sure
    assert desk.tally.told == []


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (Said(status=500), "server_error"),
        (Said(status=429), "busy"),
        (Said(status=401), "refused"),
        (Said(status=302), "redirect"),
        (Said(CONFIRMED, takes=9), "timeout"),
        (Said(""), "no_content"),
        (Said("sorry"), "not_json"),
        (Said("{}"), "wrong_schema"),
    ],
)
def test_whatever_fails_leaves_the_first_judgement(said: Said, reason: str) -> None:
    desk = Desk(said)
    assert desk.judge() is FIRST
    assert desk.tally.told == ["asked", f"dropped {reason}"]


def test_a_classifier_that_ends_judges_alone_and_counts_it() -> None:
    desk = Desk(Said(CONFIRMED))
    desk.reader.close()
    assert desk.judge() is FIRST
    assert desk.tally.told == ["asked", "dropped unreachable"]


def test_a_busy_endpoint_is_asked_once_more_when_it_says_soon() -> None:
    desk = Desk(Said(status=429, retry_after=2), Said(CONFIRMED))
    assert desk.judge().events[0].reasons == ("second reader: confirmed",)
    assert desk.clock.slept == [2]
    assert desk.reader.seconds == [8.0, 6.0]
    assert desk.tally.told == ["asked", "asked", "answered"]


def test_the_days_requests_end_and_a_new_day_in_utc_begins() -> None:
    desk = Desk(Said(CONFIRMED), requests=2)
    judged = [desk.judge(number) for number in range(4)]
    assert [told is FIRST for told in judged] == [False, False, True, True]
    assert desk.tally.told[-2:] == ["refused requests", "refused requests"]
    desk.clock.now += timedelta(minutes=10)
    assert desk.judge(3) is not FIRST


def test_the_days_characters_end() -> None:
    desk = Desk(Said(CONFIRMED))
    desk.judge()
    cost = desk.reader.prompts[0].characters + len(CONFIRMED)
    desk = Desk(Said(CONFIRMED), characters=2 * cost - 1)
    assert desk.judge(1) is not FIRST
    assert desk.judge(2) is not FIRST, "what an answer costs is known when it came"
    assert desk.judge(3) is FIRST
    assert desk.tally.told[-1] == "refused characters"


def test_the_breaker_opens_and_one_try_decides() -> None:
    desk = Desk(Said(status=500))
    for number in range(7):
        desk.judge(number)
    assert desk.tally.told.count("asked") == 5
    assert desk.tally.told[-2:] == ["refused breaker"] * 2
    desk.clock.now += FIRST_PAUSE
    desk.judge(8)
    desk.judge(9)
    assert desk.tally.told.count("asked") == 6, "half open: one try, which failed"
    desk.clock.now += 2 * FIRST_PAUSE
    desk.reader.script = [Said(CONFIRMED)]
    assert desk.judge(10) is not FIRST
    assert desk.judge(11) is not FIRST


def document() -> DocumentFound:
    return DocumentFound(
        document_id="0123456789abcdef" * 2,
        revision=1,
        url="https://example.com/a",
        source="some",
        title="合作",
        paragraphs=(DEAL + "。",),
        language="zh-Hans",
        times=Times(first_seen=BEGAN),
    )


@pytest.mark.parametrize("told", ["gist", "nothing"])
def test_a_result_says_who_had_a_say_and_keeps_the_gist_apart(told: str) -> None:
    gist = [("Alibaba Health signed a deal.", DEAL)] if told == "gist" else []
    alone = Classify(Unsure(), "rules")(document(), BEGAN)
    both = Classify(Desk(Said(opinion(gist=gist)), gist=True).reading, "rules")(document(), BEGAN)
    assert (alone.model, both.model) == ("rules", "rules+second:some-model")
    assert alone.second_gist is None
    assert (both.second_gist is not None) == (told == "gist")
    if both.second_gist is not None:
        assert (both.second_gist.reader, both.second_gist.language) == ("some-model", "en")
    assert both.model_copy(update={"model": "rules", "second_gist": None}) == alone
