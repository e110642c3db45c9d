"""The overview and what is new, for programs."""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi import Request as Incoming

from services.portal.domain.moments import WRITTEN, moment
from services.portal.domain.news import FIRST
from services.portal.domain.tallies import Asked, Tallies, Tally, query_of
from services.portal.domain.weeks import LONGEST, Week, newest_weeks, weeks_between
from services.portal.web.api import BASE, errors, zone_asked
from services.portal.web.news import earliest
from services.portal.web.overview_asked import USUAL
from services.portal.web.overview_models import ChangesAnswer, CountAnswer, OverviewAnswer, WeekAnswer
from services.portal.web.parts import Parts
from services.portal.web.preferences import ZONE
from services.portal.web.problems import ApiProblem, ProblemRaised
from services.portal.web.reader import known
from shared.watch import LABELS

_TIMEZONE = Query(max_length=64, description="timezone of weeks and days")


def routes(parts: Parts) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix=BASE, tags=["portal"])

    @router.get("/overview", responses=errors(400, 401, 422, 503), operation_id="overview")
    def overview(
        weeks: Annotated[int, Query(ge=1, le=LONGEST, description="how many up to now")] = USUAL,
        first: Annotated[date | None, Query(alias="from", description="a day of the first week")] = None,
        last: Annotated[date | None, Query(alias="to", description="a day of the last week; today")] = None,
        by: Annotated[Literal["entity", "label"], Query(description="what stands beside the weeks")] = "entity",
        entity: Annotated[str | None, Query(max_length=100, description="only documents about it")] = None,
        label: Annotated[str | None, Query(max_length=100, description="only with such an event")] = None,
        tz: Annotated[str, _TIMEZONE] = ZONE,
    ) -> OverviewAnswer:
        """Counts of stories and documents by company, label and week."""
        zone, now = zone_asked(tz), parts.clock()
        if entity and parts.overview.company(entity) is None:
            raise _wrong(f"there is no company {entity}", "use an id of config/watchlist.yaml")
        if label and label not in LABELS:
            raise _wrong(f"there is no label {label}", f"use one of {', '.join(LABELS)}")
        if (entity and by == "entity") or (label and by == "label"):
            raise _wrong(f"by={by} and {by}= cannot be asked together", "take the other axis")
        held = newest_weeks(now, zone, weeks)
        if first or last:
            end = last or now.astimezone(zone).date()
            own = weeks_between(first or end, end, zone)
            if own is None:
                raise _wrong("such a period cannot be asked", f"from before to, at most {LONGEST} weeks, 1970 to 2200")
            held = own
        asked = Asked(held, by, entity, label)
        (tallies,) = parts.overview.shelf.tallies(asked)
        parts.database("")
        return OverviewAnswer(
            first=held.first,
            last=held.following - timedelta(days=1),
            timezone=tz,
            by=by,
            weeks=[_week(asked, tallies, number, week) for number, week in enumerate(held.held)],
            period=[
                _count(tally, of_entity or entity, of_label or label, held.first, held.following)
                for (of_entity, of_label), tally in sorted(tallies.period.items())
                if not (entity and of_entity) and not (label and of_label)
            ],
        )

    @router.get("/changes", responses=errors(400, 401, 422, 503), operation_id="changes")
    def changes(
        asked: Incoming,
        since: Annotated[str, Query(max_length=40, description=f"{WRITTEN}; else the reader's last visit")] = "",
        tz: Annotated[str, _TIMEZONE] = ZONE,
    ) -> ChangesAnswer:
        """What changed: new stories, new facts and statuses of known ones, revised documents."""
        zone, now, reader = zone_asked(tz), parts.clock(), known(asked.scope)
        said = moment(since.strip(), now, zone) if since else None
        if since and said is None:
            raise _wrong("since: cannot be read", f"write {WRITTEN}")
        seen = parts.overview.shelf.seen(reader.id).get("any") if reader and said is None else None
        found = parts.overview.shelf.news(earliest(said or (seen and seen[1]) or now - FIRST, now))
        parts.database("")
        counts = found.counts
        return ChangesAnswer.model_validate(
            asdict(found)
            | {
                "new_stories": counts.stories,
                "moved_stories": counts.moved,
                "changed_statuses": counts.statuses,
                "revised_documents": counts.revised,
            }
        )

    return router


def _week(asked: Asked, tallies: Tallies, number: int, week: Week) -> WeekAnswer:
    found = sorted((value, tally) for (held, value), tally in tallies.weekly.items() if held == number)
    return WeekAnswer(
        first=week.first,
        last=week.last,
        counts=[
            _count(
                tally,
                value or None if asked.by == "entity" else asked.entity,
                value or None if asked.by == "label" else asked.label,
                week.first,
                week.following,
            )
            for value, tally in found
        ],
    )


def _count(tally: Tally, entity: str | None, label: str | None, first: date, following: date) -> CountAnswer:
    return CountAnswer(
        entity=entity,
        label=label,
        stories=tally.stories,
        documents=tally.documents,
        stories_query=query_of(entity, label, first, following),
        documents_query=query_of(entity, label, first, following, stories=False),
    )


def _wrong(detail: str, mend: str) -> ProblemRaised:
    title = "This cannot be asked"
    return ProblemRaised(ApiProblem(type="/problems/query", title=title, status=400, detail=detail, mend=mend))
