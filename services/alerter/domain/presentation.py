"""An alert in lines of plain text, in the language of its document: what every channel dresses in its own markup."""

from dataclasses import dataclass
from datetime import UTC, datetime

from services.alerter.domain.content import Alert
from services.alerter.domain.wording import agreement_words, group_words, in_language
from shared.messages import Published, SummarySentence
from shared.messages.common import Language

_INSTANT = "%Y-%m-%d %H:%M:%S UTC"


@dataclass(frozen=True)
class Presented:
    """The parts of an alert, each free of markup."""

    headline: str
    """What happened, in a line, after the sign for new or update."""
    title: str
    url: str
    source: str
    """Outlet, importance, and how many independent outlets tell the same with the best source's letter."""
    news: tuple[str, ...]
    """What is new, for an update."""
    events: tuple[tuple[str, str], ...]
    """Line and quote of each event; the quote is empty where it may not be shown."""
    summary: tuple[str, ...]
    """Sentences with the paragraphs they rest on: `… [2]`."""
    lines: tuple[str, ...]
    """What happened, in the other language than the article's, each with the paragraphs it rests on."""
    points: tuple[tuple[str, tuple[str, ...]], ...]
    """Name of each group of key points, and its points."""
    times: str
    why: str


def present(alert: Alert, now: datetime) -> Presented:
    """The parts to show when it is sent at `now`."""
    language = alert.language
    sign = in_language(("更新", "Update"), language) if alert.kind == "update" else in_language(("新", "New"), language)
    first = alert.happened[0].line if alert.happened else alert.title
    stars = "★" * alert.importance + "☆" * (5 - alert.importance)
    return Presented(
        headline=f"【{sign}】{first}" if language.startswith("zh") else f"[{sign}] {first}",
        title=alert.title,
        url=alert.url,
        source=f"{alert.outlet} · {in_language(('重要性', 'importance'), language)} {stars}{_agreement(alert)}",
        news=alert.news,
        events=tuple((event.line, event.quote) for event in alert.happened),
        summary=tuple(map(_cited, alert.summary)),
        lines=tuple(map(_cited, alert.lines)),
        points=tuple((group_words(group.group, language), tuple(map(_cited, group.points))) for group in alert.points),
        times=_times(alert, now),
        why=f"{in_language(('订阅', 'subscription'), language)} {alert.subscription} · {alert.delivery_key}",
    )


def _cited(sentence: SummarySentence) -> str:
    return f"{sentence.text} {''.join(f'[{number}]' for number in sentence.citations)}".strip()


def _agreement(alert: Alert) -> str:
    return f" · {agreement_words(alert.agreement, alert.language)}" if alert.agreement else ""


def _times(alert: Alert, now: datetime) -> str:
    language = alert.language
    waited = max(0.0, (now - alert.times.first_seen).total_seconds())
    published, seen, delivered, after = (
        in_language(words, language)
        for words in (("发布", "published"), ("发现", "first seen"), ("送达", "delivered"), ("发现后", "after"))
    )
    first = f"{alert.times.first_seen.astimezone(UTC):{_INSTANT}}"
    told = f"{now.astimezone(UTC):{_INSTANT}}"
    day = _published(alert.published, language)
    return f"{published} {day} · {seen} {first} · {delivered} {told} ({after} {waited:.1f} s)"


def _published(published: Published | None, language: Language) -> str:
    if published is None:
        return in_language(("未标明", "not stated"), language)
    shape = {"minute": "%Y-%m-%d %H:%M %z", "day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}[published.precision]
    return published.at.strftime(shape).strip()


def plain_text(shown: Presented) -> str:
    """All parts as text, a part a line."""
    lines = [shown.headline, shown.title, shown.url, shown.source, *shown.lines, ""]
    lines += [f"+ {line}" for line in shown.news]
    for line, quote in shown.events:
        lines.append(f"• {line}")
        if quote:
            lines.append(f"  “{quote}”")
    if shown.summary:
        lines += ["", *shown.summary]
    lines += point_lines(shown)
    return "\n".join([*lines, "", shown.times, shown.why, ""])


def point_lines(shown: Presented) -> list[str]:
    """A line for each group of key points: its name and its points."""
    return [f"{name} — {' / '.join(points)}" for name, points in shown.points]
