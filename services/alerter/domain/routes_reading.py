"""What routing sees of a document: its own values, who acts in each event, and its text, folded once."""

from functools import cached_property

from shared.messages import DocumentClassified, EventFound
from shared.watch.fold import fold

_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


class Reading:
    """A document, for as long as it is routed."""

    def __init__(self, document: DocumentClassified) -> None:
        self.document = document
        self.events = current(document)
        self._named = frozenset(found.entity for found in document.entities)
        self._known: dict[str, bool] = {}

    def acting(self, event: EventFound) -> frozenset[str]:
        """Who acts in the event; of one that names nobody, everyone whom the document names."""
        return frozenset(event.entities) or self._named

    def says(self, word: str) -> bool:
        """Whether the folded word stands in title or text."""
        if word not in self._known:
            self._known[word] = stands_in(word, self.text)
        return self._known[word]

    @cached_property
    def text(self) -> str:
        """All of the article that its message holds, folded: title, first paragraphs, gist, key points, quotes."""
        document = self.document
        parts = [document.title, document.lead]
        parts += [sentence.text for sentence in document.summary]
        parts += [point.text for group in document.points or () for point in group.points]
        parts += [event.evidence.quote for event in document.events]
        known = f"{document.title}\n{document.lead}"
        return fold("\n".join([known, *(part for part in dict.fromkeys(parts[2:]) if part not in known)]))


def current(document: DocumentClassified) -> tuple[EventFound, ...]:
    """Its events that are no history."""
    return tuple(event for event in document.events if event.status != "background")


def stands_in(word: str, text: str) -> bool:
    """Whether a folded word stands in a folded text. At a Latin letter or digit of its ends the word ends too, but
    for a plural's s: `ai` does not stand in `said`, `drug` stands in `drugs`."""
    at = text.find(word)
    while at >= 0:
        if _free(word, text, at):
            return True
        at = text.find(word, at + 1)
    return False


def _free(word: str, text: str, at: int) -> bool:
    """Whether no Latin letter or digit goes on where the word begins and ends with one."""
    if word[0] in _LATIN and text[at - 1 : at] in _LATIN:
        return False
    after = text[at + len(word) : at + len(word) + 2]
    return word[-1] not in _LATIN or after.removeprefix("s")[:1] not in _LATIN
