"""An alert in lines of plain text, in the language of its document: what every channel dresses in its own markup."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

from services.alerter.domain.content import Alert, Happened, OutletReport, Section
from services.alerter.domain.timeline import times_words
from services.alerter.domain.wording import agreement_words, group_words, in_language, label_words, status_words
from shared.messages import SummarySentence
from shared.messages.common import Language

_DAY = "%Y-%m-%d"


@dataclass(frozen=True)
class Presented:
    """The parts of an alert, each free of markup."""

    headline: str
    """What happened, in a line, after the sign for new or update."""
    title: str
    url: str
    source: str
    """Outlet, importance, and how many independent outlets tell the same with the best source's letter."""
    facets: tuple[tuple[str, str], ...]
    """Who acts, the labels and the statuses: what each is called, and its values."""
    news: tuple[str, ...]
    """What is new, for an update."""
    events: tuple[tuple[str, str], ...]
    """Line and quote of each event, the quote with the paragraph it stands in; empty where it may not be shown."""
    summary: tuple[str, ...]
    """Sentences with the paragraphs they rest on: `… [2]`."""
    lines: tuple[str, ...]
    """What happened, in the other language than the article's, each with the paragraphs it rests on."""
    points: tuple[tuple[str, tuple[str, ...]], ...]
    """Name of each group of key points, and its points."""
    later: tuple[str, ...]
    """What became known after the message was sent first."""
    reports_head: str
    """How many reports the thread has; empty where there is only this one."""
    reports: tuple[tuple[str, str], ...]
    """Every outlet of the thread in a line, and its address, empty where none is known."""
    times: str
    why: str
    """The subscription, and each of its keys with what met it."""
    key: str
    """The delivery's key, which every repeat shares."""


def present(alert: Alert, now: datetime) -> Presented:
    """The parts to show when it is sent at `now`, without a sign that moves the cursor or turns the reading round."""
    return cleaned(_presented(alert, now))


def _presented(alert: Alert, now: datetime) -> Presented:
    language = alert.language
    stars = "★" * alert.importance + "☆" * (5 - alert.importance)
    return Presented(
        headline=headline(alert),
        title=alert.title,
        url=alert.url,
        source=f"{alert.outlet} · {in_language(('重要性', 'importance'), language)} {stars}{_agreement(alert)}",
        facets=_facets(alert),
        news=alert.news,
        events=tuple((event.line, _quoted(event)) for event in alert.happened),
        summary=tuple(map(_cited, alert.summary)),
        lines=tuple(map(_cited, alert.lines)),
        points=tuple((group_words(group.group, language), tuple(map(_cited, group.points))) for group in alert.points),
        later=alert.later,
        reports_head=_reports_head(alert),
        reports=_lines_with_addresses(alert),
        times="" if alert.sections else times_words(alert.published, alert.times, now, language),
        why=_why(alert),
        key=alert.delivery_key,
    )


_SIGNS = {
    "new": ("新", "New"),
    "update": ("更新", "Update"),
    "rollup": ("汇总", "Together"),
    "digest": ("摘要", "Digest"),
    "reminder": ("提醒", "Reminder"),
    "canary": ("自检", "Canary"),
}


def headline(alert: Alert) -> str:
    """What happened, in a line; of a rollup how many alerts it tells, and the most important one's title.

    Of a digest whose it is, and of which period.
    """
    language = alert.language
    sign = in_language(_SIGNS[alert.kind], language)
    first = alert.happened[0].line if alert.happened else alert.title
    if alert.members:
        several = in_language((f"{len(alert.members)} 条提醒", f"{len(alert.members)} alerts"), language)
        first = f"{several}: {alert.title}" if language == "en" else f"{several}：{alert.title}"
    if alert.content == "digest":
        first = f"{alert.subscription} {alert.thread_id.removeprefix('digest-')}"
    return f"【{sign}】{first}" if language.startswith("zh") else f"[{sign}] {first}"


def cleaned(shown: Presented) -> Presented:
    """Every text of it in one line, free of control and format characters (Unicode's Cc, Cf and the like).

    Format characters turn the direction of what follows or hide in it; neither Chinese nor English needs one.
    """
    parts = {field.name: _clean(getattr(shown, field.name)) for field in fields(shown)}
    return replace(shown, **parts)


def _clean(part: Any) -> Any:
    if isinstance(part, tuple):
        return tuple(map(_clean, part))
    plain = "".join(sign if sign.isprintable() or sign.isspace() else "" for sign in str(part))
    return " ".join(plain.split())


def _cited(sentence: SummarySentence) -> str:
    return f"{sentence.text} {''.join(f'[{number}]' for number in sentence.citations)}".strip()


def _quoted(event: Happened) -> str:
    """The title's paragraph is 0, which nobody has to look for."""
    return f"{event.quote} [{event.paragraph}]" if event.quote and event.paragraph else event.quote


def _agreement(alert: Alert) -> str:
    return f" · {agreement_words(alert.agreement, alert.language)}" if alert.agreement else ""


def _facets(alert: Alert) -> tuple[tuple[str, str], ...]:
    language = alert.language
    values = {
        ("主体", "who"): alert.entities,
        ("标签", "label"): [label_words(event.label, language) for event in alert.happened],
        ("状态", "status"): [status_words(event.status, language) for event in alert.happened],
    }
    comma = "、" if language.startswith("zh") else ", "
    return tuple(
        (in_language(name, language), comma.join(dict.fromkeys(value))) for name, value in values.items() if value
    )


def _several(alert: Alert) -> bool:
    return len(alert.reports) > 1 or bool(alert.more_reports)


def _lines_with_addresses(alert: Alert) -> tuple[tuple[str, str], ...]:
    """The lines of a digest under their headings, the alerts in a rollup, or every outlet of a thread with several."""
    if alert.sections:
        return tuple(line for section in alert.sections for line in _under(section))
    if alert.members:
        return tuple((member.line, member.url) for member in alert.members)
    return tuple((_report(one, alert.language), one.url or "") for one in alert.reports) if _several(alert) else ()


def _under(section: Section) -> Iterator[tuple[str, str]]:
    yield f"【{section.heading}】", ""
    yield from ((member.line, member.url) for member in section.lines)


def is_heading(line: str, url: str) -> bool:
    """Whether a line of a digest is the heading of those after it."""
    return not url and line.startswith("【") and line.endswith("】")


def _reports_head(alert: Alert) -> str:
    if alert.sections:
        return in_language(("内容", "In this digest"), alert.language)
    if alert.members:
        return in_language((f"共 {len(alert.members)} 条", f"{len(alert.members)} alerts"), alert.language)
    if not _several(alert):
        return ""
    count, more = len(alert.reports) + alert.more_reports, alert.more_reports
    zh = f"同一事件的报道 {count} 篇" + (f"（另有 {more} 篇未列出）" if more else "")
    en = f"{count} reports of this event" + (f" ({more} of them not listed)" if more else "")
    return in_language((zh, en), alert.language)


def _report(report: OutletReport, language: Language) -> str:
    outlet = report.outlet or in_language(("未署名", "unnamed"), language)
    day = report.when.astimezone(UTC).strftime(_DAY)
    return f"{outlet} · {day} · {report.title}" if report.title else f"{outlet} · {day}"


def _why(alert: Alert) -> str:
    return " · ".join((f"{in_language(('订阅', 'subscription'), alert.language)} {alert.subscription}", *alert.matched))


def plain_text(shown: Presented, written: Callable[[str], str] = str) -> str:
    """All parts as text, a part a line; `written` makes each line what it is shown as, addresses excepted."""
    w = written
    lines = [w(shown.headline), w(shown.title), shown.url, *map(w, (shown.source, *shown.lines))]
    lines += [w(f"{name}: {value}") for name, value in shown.facets]
    lines.append("")
    lines += [w(f"+ {line}") for line in shown.news]
    lines += [w(f"→ {line}") for line in shown.later]
    for line, quote in shown.events:
        lines += [w(f"• {line}"), *([w(f"  “{quote}”")] if quote else [])]
    if shown.summary:
        lines += ["", *map(w, shown.summary)]
    lines += map(w, point_lines(shown))
    if shown.reports:
        lines += ["", w(shown.reports_head), *(f"- {w(line)} {url}".rstrip() for line, url in shown.reports)]
    return "\n".join([*lines, "", *map(w, (shown.times, shown.why, shown.key)), ""])


def point_lines(shown: Presented) -> list[str]:
    """A line for each group of key points: its name and its points."""
    return [f"{name} — {' / '.join(points)}" for name, points in shown.points]
