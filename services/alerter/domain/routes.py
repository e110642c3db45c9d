"""The tree of config/subscriptions.yaml with all that is inherited filled in: what routing and the ledger go by."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from services.alerter.domain.digest_plan import DEFAULT, DigestPlan
from services.alerter.domain.rhythm import Rhythm
from services.alerter.domain.subscriptions import Branch, Channels, Subscription, When, Wish, channels_of, targets
from shared.watch.fold import fold


@dataclass(frozen=True, eq=False)
class Route:
    """A subscription, or a route below one. Two are the same only when they are one object: names are unique."""

    name: str
    """Stands in the ledger's key."""
    team: str
    """The name of the subscription at the root of its tree."""
    path: tuple[str, ...]
    """Names from the root down to itself."""
    when: When
    """Its own keys; those of the routes above it hold too."""
    words: tuple[str, ...]
    """Its own words, folded."""
    refused_words: tuple[str, ...]
    """The words under its `not`, folded."""
    channels: Channels
    timezone: str
    """The team's own, an IANA name."""
    rhythm: Rhythm = field(default_factory=Rhythm)
    """What it leaves out is taken from above."""
    only_if: str | None = None
    continues: bool = False
    """What it takes is offered to its later siblings too."""
    children: tuple["Route", ...] = field(default=(), repr=False)
    kin: frozenset[str] = frozenset()
    """Names of all routes of its tree, itself included: one team, whatever route an event takes."""
    digest: DigestPlan = DEFAULT
    """When the team's digests come."""

    def targets(self) -> Iterator[str]:
        """Each channel as the ledger names it: `slack:#name`, `email:a@b.example`, `console`."""
        return targets(self.channels)

    def below(self) -> Iterator["Route"]:
        """Itself and all under it, parents before their children."""
        yield self
        for child in self.children:
            yield from child.below()


def route_of(subscription: Subscription) -> Route:
    """The tree of one subscription."""
    return _route(subscription, None, subscription, frozenset(_names(subscription)))


def routes_of(subscriptions: Sequence[Subscription]) -> tuple[Route, ...]:
    """The trees of all that are not switched off."""
    return tuple(route_of(subscription) for subscription in subscriptions if subscription.active)


def _route(wish: Wish, above: "_Above | None", team: Subscription, kin: frozenset[str]) -> Route:
    here = _Above(
        (*(above.path if above else ()), wish.name),
        channels_of(wish) or (above.channels if above else {}),
        wish.rhythm.under(above.rhythm) if above else wish.rhythm,
    )
    return Route(
        name=wish.name,
        team=team.name,
        path=here.path,
        when=wish.when,
        words=folded(wish.when.words),
        refused_words=folded(wish.when.never.words),
        channels=here.channels,
        timezone=team.timezone,
        rhythm=here.rhythm,
        only_if=wish.only_if,
        continues=isinstance(wish, Branch) and wish.continues,
        children=tuple(_route(branch, here, team, kin) for branch in wish.routes),
        kin=kin,
        digest=team.digest or DEFAULT,
    )


@dataclass(frozen=True)
class _Above:
    """What a route hands down to those below it."""

    path: tuple[str, ...]
    channels: Channels
    rhythm: Rhythm


def _names(wish: Wish) -> Iterator[str]:
    yield wish.name
    for branch in wish.routes:
        yield from _names(branch)


def folded(words: Sequence[str]) -> tuple[str, ...]:
    """The words in the spelling that all matching uses, without blanks around them."""
    return tuple(dict.fromkeys(fold(word).strip() for word in words))
