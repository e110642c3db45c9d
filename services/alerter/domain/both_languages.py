"""Lines for readers of the other language than the article's: of an alert they understand at least what happened.

Neither a subscription nor a channel says which language its readers read, so that each alert carries both: the
article's own words, and the classifier's line in English for a Chinese article, in Chinese for an English one. An
article in a third language gets both lines.
"""

from collections.abc import Sequence

from shared.messages import DocumentClassified, EventFound, EventLine, KeyPoints, SummarySentence


def lines_for(document: DocumentClassified, events: Sequence[EventFound]) -> tuple[SummarySentence, ...]:
    """The lines of these events in the other language, the weightiest first, with the paragraphs they rest on.

    None where the classifier made none. They are facts in our own words, so that rights in the text do not limit them.
    """
    wanted = {(event.label, event.status) for event in events}
    return tuple(
        SummarySentence(text=text, citations=line.citations)
        for line in document.lines or ()
        if (line.label, line.status) in wanted
        for text in _other(line, document)
    )


def _other(line: EventLine, document: DocumentClassified) -> tuple[str, ...]:
    if document.language == "en":
        return (line.zh,)
    return (line.en,) if document.language.startswith("zh") else (line.en, line.zh)


def first_points(groups: Sequence[KeyPoints], most: int) -> tuple[KeyPoints, ...]:
    """The groups with their first `most` points in all; a group without any is left out."""
    kept: list[KeyPoints] = []
    for group in groups:
        points = group.points[: max(0, most)]
        most -= len(points)
        if points:
            kept.append(KeyPoints(group=group.group, points=points))
    return tuple(kept)
