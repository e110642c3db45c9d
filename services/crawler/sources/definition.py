"""What is said of a source, by its own file and by the people who run it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, field_validator, model_validator

from services.crawler.domain.canonical import clean
from shared.config_file import ConfigModel
from shared.config_hints import Misfit
from shared.errors import PermanentError
from shared.messages.common import Language, Reliability, Rights, Role

SLOWEST = 7 * 86_400.0
"""Seconds: the longest interval; a source that is asked less than once a week is as good as off."""
SLOWEST_PACE = 3_600.0
"""Seconds: the longest pause between two requests to one host; beyond it a poll never ends."""
LONGEST_LEAVE = timedelta(days=3 * 366)
"""A permission is renewed after three years at the latest: terms and people change."""


def _number(value: object) -> object:
    """YAML's true and yes are no numbers, though Python takes them for 1."""
    if isinstance(value, bool):
        raise ValueError(f"a number is wanted, not {str(value).lower()}")  # noqa: TRY004  # what pydantic reports
    return value


def _said(text: str) -> str:
    """Blanks and punctuation name no document and nobody."""
    if sum(letter.isalnum() for letter in text) < 2:
        raise ValueError("at least two letters or digits are wanted")
    return text


Seconds = Annotated[float, BeforeValidator(_number)]
Count = Annotated[int, BeforeValidator(_number)]
Said = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_said)]


class Terms(ConfigModel):
    """Whether the site's terms let a program read it, as far as somebody looked."""

    address: str | None = None
    verdict: Literal["allowed", "unknown", "prohibited"] = "unknown"


class Permission(ConfigModel):
    """The leave to read a site whose terms refuse programs: without it such a source does not run."""

    document: Said = Field(min_length=3)
    """Where the leave stands: a contract's number, a letter, an address."""
    approver: Said = Field(min_length=2)
    """Who answers for it."""
    given: date
    until: date
    """The last day on which it holds, three years after the first at most."""

    @model_validator(mode="after")
    def _holds_for_a_while(self) -> Self:
        if not self.given <= self.until <= self.given + LONGEST_LEAVE:
            wrong = f"a leave from {self.given} to {self.until}"
            raise Misfit(("until",), wrong, "a last day that is not before `given`, and at most three years after it")
        return self


class About(ConfigModel):
    """What a source's file gives as defaults, and what config/sources.yaml may say otherwise."""

    address: str | None = Field(default=None, pattern=r"^https?://\S+$")
    """Where it is read."""
    outlet: str | None = None
    """The publisher as readers know it."""
    language: Language | None = None
    """What its pages are written in, where a page does not tell."""
    timezone: str = "Asia/Shanghai"
    """Of the times in its listing that name none."""
    role: Role = "alert"
    rights: Rights = "excerpt"
    terms: Terms = Terms()
    interval: Seconds | None = Field(default=None, ge=0.2, le=SLOWEST, allow_inf_nan=False)
    """Seconds between polls, usually; they follow the source's rhythm between the two bounds."""
    fastest: Seconds | None = Field(default=None, ge=0.2, le=SLOWEST, allow_inf_nan=False)
    """Seconds between polls, at least; half the interval if not given."""
    slowest: Seconds | None = Field(default=None, ge=0.2, le=SLOWEST, allow_inf_nan=False)
    """Seconds between polls, at most; four intervals if not given. Equal to `fastest`, the rhythm is not followed."""
    pace: Seconds | None = Field(default=None, ge=0, le=SLOWEST_PACE, allow_inf_nan=False)
    """Seconds between two requests to one host."""
    fetch: Literal["plain", "browser"] = "plain"
    """`browser` renders pages that are empty without JavaScript."""
    enabled: bool = True
    why_off: str | None = None
    verified: bool = False
    """Whether somebody saw it work against the live site."""
    evidence: Literal["A", "B", "C", "U"] | None = None
    """A: maintained public code reads it so; B: a dated live test or several who agree; C: one old file; U: a guess."""
    reliability: Reliability = "F"
    """How far what stands there can be relied on, by the letters of the Admiralty code; F: nobody has judged it."""
    reliability_why: Said | None = None
    """The reason for that letter, in a few words."""
    direct: tuple[str, ...] = ()
    """Entities of the watchlist that publish here themselves, or that it is asked for by name."""
    indirect: tuple[str, ...] = ()
    """Entities whose news it carries regularly without being theirs or asked for them."""
    variables: tuple[str, ...] = ()
    """Environment variables it needs (a secret, a base address): while one is not set it alone is off."""

    @field_validator("address")
    @classmethod
    def _usable_address(cls, address: str | None) -> str | None:
        if address is not None:
            try:
                clean(address)
            except PermanentError as error:
                raise ValueError(f"{error}; give an address such as https://www.example.com/feed") from error
        return address

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("no timezone of the IANA database, such as Asia/Shanghai") from error
        return name

    @property
    def zone(self) -> tzinfo:
        """The timezone as a value."""
        return ZoneInfo(self.timezone)


class SourceDefaults(About):
    """The defaults in a source's own file; `address` is required there."""

    address: str = Field(pattern=r"^https?://\S+$")


class SourceEntry(About):
    """One source as a person wrote it: a name alone tunes one that is built in, with `kind` it is a new one."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    kind: str | None = None
    permission: Permission | None = None
    options: dict[str, Any] = Field(default_factory=dict)
    """What its kind asks for; of a built-in source, only what differs."""

    @model_validator(mode="after")
    def _judged_with_a_reason(self) -> Self:
        """Whoever gives a letter, or another one than the source's own file, says why."""
        if "reliability" in self.model_fields_set and self.reliability_why is None:
            right = "`reliability_why: …` beside it: what the letter rests on, in a few words"
            raise Misfit(("reliability",), f"the letter {self.reliability} without a reason", right)
        return self


class Fetching(ConfigModel):
    """How pages are fetched, for all sources."""

    timeout: Seconds = Field(default=20.0, gt=0, le=120, allow_inf_nan=False)
    """Seconds for one answer in all, redirects and slow drips included."""
    max_bytes: Count = Field(default=5_000_000, ge=1_000)
    """Largest answer, after decompression."""
    max_redirects: Count = Field(default=10, ge=0, le=20)
    attempts: Count = Field(default=3, ge=1, le=10)
    """Looks at a page that fails in a way that may pass, before it ends as failed."""
    retry_pause: Seconds = Field(default=30.0, ge=0, allow_inf_nan=False)
    """Seconds before the second look; doubled for each one after it."""
    unreached_for: Seconds = Field(default=86_400.0, ge=0, allow_inf_nan=False)
    """Seconds for which a page whose host cannot be reached is tried, with growing pauses, before it ends as failed."""
    concurrency: Count = Field(default=4, ge=1, le=64)
    """Pages in work at once."""


class Defaults(ConfigModel):
    """What holds for a source that does not say otherwise."""

    interval: Seconds = Field(default=300.0, ge=0.2, le=SLOWEST, allow_inf_nan=False)
    fastest: Seconds | None = Field(default=None, ge=0.2, le=SLOWEST, allow_inf_nan=False)
    """With `slowest`, the bounds of intervals that name none of their own."""
    slowest: Seconds | None = Field(default=None, ge=0.2, le=SLOWEST, allow_inf_nan=False)
    pace: Seconds = Field(default=2.0, ge=0, le=SLOWEST_PACE, allow_inf_nan=False)


@dataclass(frozen=True)
class Setup:
    """What a source is made of."""

    address: str
    zone: tzinfo
    """Of listed times that name none."""
    options: Any
    """An instance of the plug-in's `options`."""
    variables: Mapping[str, str]
    """The declared environment variables by name; empty while one is not set (the source is off then)."""
