"""What a second reader answers: the schema it is held to, and the answer as a value."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from shared.reader.question import Dropped, WrongAnswer
from shared.watch import LABELS, STATUSES

MOST = 20
"""Entries of one list of an answer; an article is asked about some three events."""


class _Part(BaseModel):
    """A part of an answer. Every field is required and none is unknown, as strict JSON schemas ask."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class RelevanceOpinion(_Part):
    """Whether the article is relevant, and the words that show it."""

    relevant: bool
    quote: str


class EventOpinion(_Part):
    """What is said of the unsure event of that number."""

    number: int
    verdict: Literal["confirm", "drop", "status"]
    status: str | None = Field(json_schema_extra={"enum": [*STATUSES, None]})
    quote: str


class AddedEvent(_Part):
    """An event that the first reader missed."""

    label: str = Field(json_schema_extra={"enum": list(LABELS)})
    status: str = Field(json_schema_extra={"enum": list(STATUSES)})
    entities: list[str]
    quote: str


class GistPart(_Part):
    """One sentence in English and the words it rests on."""

    text: str
    quote: str


class Opinion(_Part):
    """One answer. Labels and statuses are looked at one by one later: one wrong entry does not cost the others."""

    relevance: RelevanceOpinion | None
    events: list[EventOpinion]
    added: list[AddedEvent]
    gist: list[GistPart]

    @field_validator("events", "added", "gist")
    @classmethod
    def _few(cls, entries: list[_Part]) -> list[_Part]:
        if len(entries) > MOST:
            raise ValueError(f"{len(entries)} entries, at most {MOST} are read")
        return entries


SCHEMA = Opinion.model_json_schema()
"""The JSON schema that the endpoint is held to."""


def opinion_of(text: str) -> Opinion:
    """The answer as a value. Raises WrongAnswer when it is no JSON or not of the schema."""
    try:
        return Opinion.model_validate_json(text)
    except ValidationError as error:
        kinds = [(each["type"], ".".join(map(str, each["loc"]))[:60]) for each in error.errors(include_url=False)[:3]]
        reason: Dropped = "not_json" if kinds[0][0] == "json_invalid" else "wrong_schema"
        # Only where and which kind: the answer's own words may be anything, also what an article told it to say.
        raise WrongAnswer(reason, f"the answer is not of the schema: {kinds}") from None
