"""A judge for tests: reads markers instead of language, so that a test says in its text what shall be found."""

from services.classifier.domain.article import Article, Judgement
from shared.messages import EntityFound, EventFound, Evidence, Mention


class MarkerJudge:
    """Relevant where the text says so; `罚款` is a completed penalty, `RAISE` raises."""

    name = "markers"

    def judge(self, article: Article) -> Judgement:
        places = (article.title, *article.paragraphs)
        if any("RAISE" in place for place in places):
            raise ValueError("the text asks for it")
        events = tuple(
            EventFound(
                label="enforcement_penalty",
                family="regulatory_event",
                status="completed",
                entities=("alibaba_health",),
                evidence=Evidence(
                    quote="罚款", paragraph=number, start=place.index("罚款"), end=place.index("罚款") + 2
                ),
                confidence=0.9,
                reasons=("marker",),
            )
            for number, place in enumerate(places)
            if "罚款" in place
        )
        mentions = tuple(
            Mention(text="阿里健康", paragraph=number, start=place.index("阿里健康"), end=place.index("阿里健康") + 4)
            for number, place in enumerate(places)
            if "阿里健康" in place
        )
        entities = (EntityFound(entity="alibaba_health", mentions=mentions),) if mentions else ()
        return Judgement(bool(entities), ("marker",) if entities else (), entities, events)
