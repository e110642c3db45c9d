"""Who wants to be told of what, where: config/subscriptions.yaml as typed values."""

import difflib
from collections.abc import Collection, Iterator

from pydantic import Field, field_validator, model_validator

from shared.config_file import ConfigModel
from shared.config_hints import Misfit
from shared.messages.classified import Family, Kind, Status
from shared.messages.common import Language
from shared.watch.taxonomy import LABELS


def nearest(word: str, known: Collection[str]) -> str:
    """A hint for a misspelt name: the known one that looks most like it, or all of them."""
    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {close[0]}?" if close else f"known: {', '.join(sorted(known))}"


class When(ConfigModel):
    """What an event and its document must be; an empty key allows everything, keys are joined by "and"."""

    entities: tuple[str, ...] = ()
    families: tuple[Family, ...] = ()
    labels: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()
    importance: int = Field(default=1, ge=1, le=5)
    """At least."""
    kinds: tuple[Kind, ...] = ()
    languages: tuple[Language, ...] = ()
    sources: tuple[str, ...] = ()

    @field_validator("labels")
    @classmethod
    def _known_labels(cls, labels: tuple[str, ...]) -> tuple[str, ...]:
        for label in labels:
            if label not in LABELS:
                raise ValueError(f"no label is called {label}; {nearest(label, LABELS)}")
        return labels

    @model_validator(mode="after")
    def _labels_of_the_families(self) -> "When":
        for place, label in enumerate(self.labels):
            if self.families and LABELS[label] not in self.families:
                wrong = f"{label} is a {LABELS[label]}, and families asks for {', '.join(self.families)}: never both"
                raise Misfit(("labels", place), wrong, f"add {LABELS[label]} to families, or leave one of the two out")
        return self

    @field_validator("statuses")
    @classmethod
    def _no_background(cls, statuses: tuple[Status, ...]) -> tuple[Status, ...]:
        if "background" in statuses:
            raise ValueError("background never alerts; leave it out")
        return statuses


class Subscription(ConfigModel):
    """One team's wish: what it wants to hear and where."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")
    """Stands in the ledger's key: renaming it is a new subscription."""
    when: When = When()
    channels: dict[str, str | tuple[str, ...] | bool] = Field(min_length=1)
    """Kind of channel → where: one target, several, or `true` for a channel that needs none."""

    @field_validator("channels", mode="before")
    @classmethod
    def _quoted(cls, channels: object) -> object:
        """YAML reads an unquoted `#name` as a comment, and the key as empty."""
        for kind, target in channels.items() if isinstance(channels, dict) else ():
            if target is None:
                right = f'put it in quotes, {kind}: "#name", since an unquoted # begins a comment'
                raise Misfit((str(kind),), "names no target", right)
        return channels

    @field_validator("channels")
    @classmethod
    def _somewhere(cls, channels: dict[str, str | tuple[str, ...] | bool]) -> dict[str, str | tuple[str, ...] | bool]:
        for kind, targets in channels.items():
            if targets is not True and not targets:
                raise ValueError(f"{kind}: names no target; write one, or remove the key")
        return channels

    def targets(self) -> Iterator[str]:
        """Each channel as the ledger names it: `slack:#name`, `email:a@b.example`, `console`."""
        for kind, targets in self.channels.items():
            if targets is True or isinstance(targets, bool):
                yield kind
            else:
                yield from (f"{kind}:{target}" for target in ([targets] if isinstance(targets, str) else targets))


class Subscriptions(ConfigModel):
    """The whole file."""

    subscriptions: tuple[Subscription, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_once(self) -> "Subscriptions":
        names = [subscription.name for subscription in self.subscriptions]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two subscriptions are called {name}; a name stands for one")
        return self

    def kinds(self) -> frozenset[str]:
        """The kinds of channel that are used."""
        return frozenset(kind for subscription in self.subscriptions for kind in subscription.channels)
