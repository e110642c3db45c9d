"""Who wants to be told of what, where: config/subscriptions.yaml as typed values, a tree of routes a team."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, field_validator, model_validator

from services.alerter.domain.digest_plan import DigestPlan
from services.alerter.domain.rhythm import Rhythm
from services.alerter.domain.spelling import nearest
from services.alerter.domain.zones import HOME, known_zone
from shared.config_file import ConfigModel
from shared.config_hints import Misfit
from shared.messages.classified import Family, Kind, Status
from shared.messages.common import Language
from shared.watch.fold import fold
from shared.watch.taxonomy import LABELS

Channels = dict[str, str | tuple[str, ...] | bool]
"""Kind of channel → where: one target, several, or `true` for a channel that needs none."""
_TEAM_KEYS = ("budget",)
"""Keys of a rhythm that hold for a whole team."""
Place = tuple[int | str, ...]
"""Keys and numbers that lead to an entry of the file."""


class Described(ConfigModel):
    """A part of the file whose keys are described to editors by the words below them."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Keys(Described):
    """What an event and its document may be asked for; an empty key asks nothing."""

    entities: tuple[str, ...] = ()
    """Identifiers of config/watchlist.yaml, and `other`: one of them acts in the event."""
    families: tuple[Family, ...] = ()
    """Families of the event's label."""
    labels: tuple[str, ...] = Field(default=(), json_schema_extra={"items": {"type": "string", "enum": [*LABELS]}})
    """The event's label: one of config/taxonomy.yaml."""
    statuses: tuple[Status, ...] = ()
    """The event's status; `background` never alerts."""
    kinds: tuple[Kind, ...] = ()
    """The document's kind; a market note never alerts."""
    languages: tuple[Language, ...] = ()
    """The article's language."""
    sources: tuple[str, ...] = ()
    """Names of config/sources.yaml, and of the sources that are built in."""
    words: tuple[str, ...] = ()
    """One of them stands in the title or the text, in simplified or traditional characters, any width, any case."""

    @field_validator("labels")
    @classmethod
    def _known_labels(cls, labels: tuple[str, ...]) -> tuple[str, ...]:
        for place, label in enumerate(labels):
            if label not in LABELS:
                raise Misfit((place,), f"no label is called {label}", nearest(label, LABELS))
        return labels

    @field_validator("statuses")
    @classmethod
    def _no_background(cls, statuses: tuple[Status, ...]) -> tuple[Status, ...]:
        if "background" in statuses:
            raise Misfit((statuses.index("background"),), "background never alerts", "leave it out")
        return statuses

    @field_validator("words")
    @classmethod
    def _some_letters(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        for place, word in enumerate(words):
            if not fold(word).strip():
                raise Misfit((place,), "a word without letters", "write the word, or leave the entry out")
        return words


class Not(Keys):
    """What refuses an event: any key that applies is enough."""

    importance: int | None = Field(default=None, ge=2, le=5)
    """Refuses documents of this importance and above."""


class When(Keys):
    """What an event and its document must be; an empty key allows everything, keys are joined by "and"."""

    importance: int = Field(default=1, ge=1, le=5)
    """At least, from 1 to 5."""
    never: Not = Field(default=Not(), alias="not")
    """The same keys; whatever one of them applies to is not wanted."""

    @model_validator(mode="after")
    def _labels_of_the_families(self) -> "When":
        for place, label in enumerate(self.labels):
            if self.families and LABELS[label] not in self.families:
                wrong = f"{label} is a {LABELS[label]}, and families asks for {', '.join(self.families)}: never both"
                raise Misfit(("labels", place), wrong, f"add {LABELS[label]} to families, or leave one of the two out")
        return self


class Wish(Described):
    """What a subscription and its routes have in common."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")
    """Unique over the whole file. It stands in the ledger's key: renaming it is a new subscription."""
    when: When = When()
    """What the event and its document must be."""
    only_if: str | None = Field(default=None, min_length=8, max_length=300)
    """A condition in plain words, which a second reader is asked about each document that `when` lets through."""
    rhythm: Rhythm = Rhythm()
    """When and how often its alerts go out."""
    routes: tuple["Branch", ...] = ()
    """Narrower routes below it: the first that wants the event takes it; what none takes stays here."""

    @field_validator("channels", mode="before", check_fields=False)
    @classmethod
    def _quoted(cls, channels: object) -> object:
        """YAML reads an unquoted `#name` as a comment, and the key as empty."""
        for kind, target in channels.items() if isinstance(channels, dict) else ():
            if target is None:
                right = f'put it in quotes, {kind}: "#name", since an unquoted # begins a comment'
                raise Misfit((str(kind),), "names no target", right)
        return channels

    @field_validator("channels", check_fields=False)
    @classmethod
    def _somewhere(cls, channels: Channels | None) -> Channels | None:
        for kind, targets in (channels or {}).items():
            if targets is not True and not targets:
                raise Misfit((kind,), "names no target", "write one, or remove the key")
        return channels


class Branch(Wish):
    """A route below a subscription or another route: it narrows what it inherits."""

    channels: Channels | None = Field(default=None, min_length=1)
    """Where its events go; without it where those above it go."""
    continues: bool = Field(default=False, alias="continue")
    """True: what it takes is offered to the routes after it too."""

    @field_validator("rhythm")
    @classmethod
    def _no_keys_of_the_team(cls, rhythm: Rhythm) -> Rhythm:
        for key in _TEAM_KEYS:
            if key in rhythm.model_fields_set:
                raise Misfit((key,), "holds for the whole team", "write it at the subscription above")
        return rhythm


class Subscription(Wish):
    """One team's wish: what it wants to hear and where."""

    timezone: Annotated[str, AfterValidator(known_zone)] = HOME
    """The team's own, an IANA name: quiet hours and digests go by it."""
    channels: Channels = Field(min_length=1)
    """Kind of channel → where: one target, several, or `true` for a channel that needs none."""
    digest: DigestPlan | None = None
    """When its digests come; without it once a day at nine, if something waits for one."""
    active: bool = True
    """False: it tells nobody, and stays in the file for another time; what comes meanwhile is not told later."""


class Subscriptions(Described):
    """The whole file."""

    subscriptions: tuple[Subscription, ...] = Field(min_length=1)
    """One entry a team; an event may serve several."""

    @model_validator(mode="after")
    def _names_once(self) -> "Subscriptions":
        places: dict[str, Place] = {}
        for place, wish in self.wishes():
            if wish.name in places:
                what = "subscriptions" if len(place) == len(places[wish.name]) == 2 else "routes"
                first = ".".join(map(str, places[wish.name]))
                wrong = f"two {what} are called {wish.name}, this one and {first}; a name stands for one"
                raise Misfit((*place, "name"), wrong, "rename one of the two")
            places[wish.name] = place
        return self

    def wishes(self) -> Iterator[tuple[Place, Wish]]:
        """Every subscription and route with its place in the file, parents before their children."""
        for number, subscription in enumerate(self.subscriptions):
            yield from _below(("subscriptions", number), subscription)

    def kinds(self) -> frozenset[str]:
        """The kinds of channel that are used."""
        return frozenset(kind for _, wish in self.wishes() for kind in channels_of(wish) or ())

    def targets(self) -> frozenset[str]:
        """Every channel that is used, as the ledger names it; not those of subscriptions that are switched off."""
        used = (one for one in self.subscriptions if one.active)
        return frozenset(
            channel for one in used for _, wish in _below((), one) for channel in targets(channels_of(wish) or {})
        )


def channels_of(wish: Wish) -> Channels | None:
    """Where a subscription or route itself sends; None for a route that inherits."""
    return wish.channels if isinstance(wish, Subscription | Branch) else None


def targets(channels: Channels) -> Iterator[str]:
    """Each channel as the ledger names it: `slack:#name`, `email:a@b.example`, `console`."""
    for kind, named in channels.items():
        if named is True or isinstance(named, bool):
            yield kind
        else:
            yield from (f"{kind}:{target}" for target in ([named] if isinstance(named, str) else named))


def _below(place: Place, wish: Wish) -> Iterator[tuple[Place, Wish]]:
    yield place, wish
    for number, branch in enumerate(wish.routes):
        yield from _below((*place, "routes", number), branch)
