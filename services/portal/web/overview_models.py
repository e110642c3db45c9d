"""What the API answers about the overview and about what is new. Times are ISO 8601 in UTC, days the asker's."""

from datetime import date

from pydantic import BaseModel, Field

from services.portal.web.api_models import Utc


class CountAnswer(BaseModel):
    """How many, and the searches that find exactly those."""

    entity: str | None
    label: str | None
    stories: int = Field(description="threads, each once; a story of two companies counts for both")
    documents: int = Field(description="reprints too")
    stories_query: str
    documents_query: str


class WeekAnswer(BaseModel):
    """One week: first all of it, then by the axis."""

    first: date = Field(description="its Monday")
    last: date = Field(description="its Sunday")
    counts: list[CountAnswer]


class OverviewAnswer(BaseModel):
    """Counts by week, and over the whole period by company and label; what is 0 is left out."""

    first: date
    last: date
    timezone: str
    by: str
    weeks: list[WeekAnswer]
    period: list[CountAnswer]


class HappenedAnswer(BaseModel):
    """Label and status of an event."""

    label: str
    status: str


class NewStoryAnswer(BaseModel):
    """A thread that opened."""

    thread_id: str
    title: str
    opened: Utc
    importance: int
    entities: list[str]
    events: list[HappenedAnswer]
    reports: int


class FactAnswer(BaseModel):
    """What was not known before; `before` is empty where nothing was."""

    kind: str
    label: str
    before: str
    after: str


class MovedAnswer(BaseModel):
    """A report that told new facts of a known story."""

    thread_id: str
    title: str
    at: Utc
    document_id: str
    facts: list[FactAnswer]


class RevisedAnswer(BaseModel):
    """A document whose text its outlet changed; `before` is its title before, empty where that is the same."""

    document_id: str
    revision: int
    title: str
    before: str
    outlet: str
    at: Utc


class ChangesAnswer(BaseModel):
    """What changed; the newest hundred of each kind, the counts of all."""

    since: Utc
    new_stories: int
    moved_stories: int = Field(description="known stories with new facts")
    changed_statuses: int = Field(description="those of them whose status changed")
    revised_documents: int
    stories: list[NewStoryAnswer]
    moved: list[MovedAnswer]
    revised: list[RevisedAnswer]
