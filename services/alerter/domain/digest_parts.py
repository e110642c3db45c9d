"""A digest in as many messages as its channel needs: a line that did not fit would be told to nobody. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from services.alerter.domain.content import Alert, Member, Section, delivery_key
from services.alerter.domain.shorten import cut

_ROOM: Mapping[str, int] = {"wecom": 2_600, "telegram": 2_600, "apprise": 2_600, "email": 400_000, "console": 400_000}
"""Bytes of lines and addresses in one message, well within what the service takes (`limits` of its channel) together
with headline and markup; behind apprise any service may stand."""
_USUAL = 8_000
"""Of the others: Slack takes 12,000 characters with all markup, the robots 20,000 bytes."""
_MARKUP = 60
"""Bytes of markup a line, at most."""
_LONGEST = 320
"""Characters of a line: 960 bytes of Chinese."""
Part = tuple[Alert, tuple[int, ...]]
"""A message, and the deliveries that end as told in it."""


def parts(alert: Alert, channel: str, tells: Mapping[str, Sequence[int]]) -> tuple[Part, ...]:
    """The messages of a digest, the first with the chart; `tells` are the deliveries by their thread's address.

    Their keys differ by the number of the part, which stands where an alert has the version of its facts.
    """
    packed = list(_packed(alert.sections, _ROOM.get(channel.partition(":")[0], _USUAL))) or [()]
    return tuple(
        (
            _part(alert, channel, number, len(packed), sections),
            tuple(sorted({one for section in sections for line in section.lines for one in tells.get(line.url, ())})),
        )
        for number, sections in enumerate(packed, 1)
    )


def _part(alert: Alert, channel: str, number: int, of: int, sections: tuple[Section, ...]) -> Alert:
    return alert.model_copy(
        update={
            "delivery_key": delivery_key(alert.thread_id, number, alert.subscription, channel),
            "fact_version": number,
            "title": f"{alert.title} ({number}/{of})" if of > 1 else alert.title,
            "sections": sections,
            "chart": alert.chart if number == 1 else None,
        }
    )


def _packed(sections: Sequence[Section], room: int) -> Iterator[tuple[Section, ...]]:
    """Sections one after the other; one that does not fit goes on in the next message, under its heading again."""
    full: list[Section] = []
    left = room
    for section in sections:
        lines: list[Member] = []
        for line in (_fitting(one, room) for one in section.lines):
            size = _size(line.line) + len(line.url.encode()) + (0 if lines else _size(section.heading))
            if size > left and (full or lines):
                yield (*full, *([_with(section, lines)] if lines else []))
                full, lines, left = [], [], room
            lines.append(line)
            left -= size
        full.append(_with(section, lines))
    if full:
        yield tuple(full)


def _with(section: Section, lines: Sequence[Member]) -> Section:
    return Section(heading=section.heading, lines=tuple(lines))


def _size(text: str) -> int:
    return len(text.encode()) + _MARKUP


def _fitting(line: Member, room: int) -> Member:
    """Whole in a mail; elsewhere cut."""
    return line if room > _USUAL else Member(line=cut(line.line, _LONGEST), url=line.url)
