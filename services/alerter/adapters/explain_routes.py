"""What every subscription makes of a document: by which keys it wants it, or which keys refuse it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from services.alerter.domain.condition import Answer, Answers
from services.alerter.domain.routes import Route
from services.alerter.domain.routes_index import RouteIndex
from services.alerter.domain.routing import Match, mismatch, unwanted
from services.alerter.domain.subscriptions import When
from services.alerter.domain.why import matched
from services.alerter.domain.wording import Names
from shared.messages import DocumentClassified

_KEYS = ("importance", "entities", "families", "labels", "statuses", "kinds", "languages", "sources", "words", "never")


@dataclass(frozen=True)
class Verdict:
    """What one subscription, with the routes below it, says."""

    team: str
    wanted: tuple[tuple[str, str], ...]
    """Routes that want it, and by which keys."""
    refused: tuple[tuple[str, str], ...]
    """Routes that do not, and why."""
    far: int
    """Keys of the subscription that refuse it; 0 where it wants it."""

    def lines(self) -> Iterator[str]:
        """For people."""
        for route, why in self.wanted:
            yield f"wanted by {self._name(route)}: {why or 'it asks for every event'}"
        for route, why in self.refused:
            yield f"not for {self._name(route)}: {why}"

    def _name(self, route: str) -> str:
        return route if route == self.team else f"{self.team}/{route}"


def verdicts(document: DocumentClassified, index: RouteIndex, names: Names, answers: Answers) -> Sequence[Verdict]:
    """One for each subscription, those that want it first, then the nearest."""
    matches = index.matches(document, answers)
    found = [_verdict(document, root, matches, names, answers) for root in index.roots]
    return sorted(found, key=lambda one: (not one.wanted, one.far))


def _verdict(
    document: DocumentClassified, root: Route, matches: Sequence[Match], names: Names, answers: Answers
) -> Verdict:
    mine = [match for match in matches if match.subscription.team == root.name]
    wanted = tuple((match.subscription.name, _why(document, root, match, names)) for match in mine)
    refused = dict(unwanted(document, root, answers))
    whys = _refusing(document, root) if root.name in refused else []
    if len(whys) > 1:
        refused[root.name] = "; ".join(whys)
    return Verdict(root.name, wanted, tuple(refused.items()), max(len(whys), root.name in refused))


def _why(document: DocumentClassified, root: Route, match: Match, names: Names) -> str:
    """The keys of the route, and of those above it."""
    above = [route for route in root.below() if route.name in match.subscription.path]
    lines = [line for route in above for line in matched(route.when, document, match.events, names)]
    return "; ".join(dict.fromkeys(lines))


def _refusing(document: DocumentClassified, route: Route) -> list[str]:
    """What each key says by itself: a route that asks for importance and label may be refused by both."""
    found = []
    for key in _KEYS:
        if key not in route.when.model_fields_set:
            continue
        when = When().model_copy(update={key: getattr(route.when, key)})
        alone = replace(
            route,
            when=when,
            words=route.words if key == "words" else (),
            refused_words=route.refused_words if key == "never" else (),
            only_if=None,
        )
        if why := mismatch(document, alone):
            found.append(why)
    return found


def answers_of(said: dict[str, str]) -> dict[str, Answer]:
    """The stored answers of the second reader: condition to what it said then."""
    return {one: Answer(words != "no" and not words.startswith("no,"), words) for one, words in said.items()}


def stored_verdicts(detail: dict[str, object]) -> Iterator[str]:
    """What the decision itself kept, where the subscriptions of then cannot be read any more."""
    wanted = detail.get("subscriptions")
    for name in wanted if isinstance(wanted, list) else ():
        yield f"wanted by {name}"
    unwanted_by = detail.get("unwanted")
    for name, why in unwanted_by.items() if isinstance(unwanted_by, dict) else ():
        yield f"not for {name}: {why}"
