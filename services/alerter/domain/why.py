"""Why a subscription wants a document, key by key: what it asks for and what was found."""

from collections.abc import Sequence

from services.alerter.domain.routes import Route
from services.alerter.domain.routes_reading import stands_in
from services.alerter.domain.subscriptions import When
from services.alerter.domain.wording import Names, in_language, label_words, status_words
from shared.messages import DocumentClassified, EventFound
from shared.messages.common import Language
from shared.watch.fold import fold

_KEYS = {
    "entities": ("主体", "entity"),
    "families": ("类别", "family"),
    "labels": ("标签", "label"),
    "statuses": ("状态", "status"),
    "importance": ("重要性", "importance"),
    "kinds": ("文体", "kind"),
    "languages": ("语言", "language"),
    "sources": ("来源", "source"),
    "words": ("词语", "word"),
}
_ROUTE = ("路由", "route")
_FAMILIES = {"strategic_move": ("战略动向", "strategic move"), "regulatory_event": ("监管事件", "regulatory event")}


def wanted(route: Route, document: DocumentClassified, events: Sequence[EventFound], names: Names) -> tuple[str, ...]:
    """Why a route wants the document: the way to it from its subscription, and the keys that it sets itself."""
    way = (f"{in_language(_ROUTE, document.language)} {' › '.join(route.path)}",) if len(route.path) > 1 else ()
    return (*way, *matched(route.when, document, events, names))


def matched(when: When, document: DocumentClassified, events: Sequence[EventFound], names: Names) -> tuple[str, ...]:
    """A line for each key that is set, with what of the document met it."""
    text = fold(f"{document.title}\n{document.lead}")
    language = document.language
    acting = [entity for event in events for entity in event.entities] or [one.entity for one in document.entities]
    found: dict[str, Sequence[str]] = {
        "entities": [_name(entity, names, language) for entity in acting if entity in when.entities],
        "families": [in_language(_FAMILIES[event.family], language) for event in events],
        "labels": [label_words(event.label, language) for event in events],
        "statuses": [status_words(event.status, language) for event in events],
        "importance": [f"{document.importance} ≥ {when.importance}"],
        "kinds": [document.kind],
        "languages": [document.language],
        "sources": [document.source],
        "words": [word for word in when.words if stands_in(fold(word), text)] or when.words,
    }
    asked = [key for key in _KEYS if _set(when, key)]
    return tuple(f"{in_language(_KEYS[key], language)} {_list(found[key])}" for key in asked)


def _set(when: When, key: str) -> bool:
    return when.importance > 1 if key == "importance" else bool(getattr(when, key))


def _list(found: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(found))


def _name(entity: str, names: Names, language: Language) -> str:
    return in_language(names[entity], language) if entity in names else entity
