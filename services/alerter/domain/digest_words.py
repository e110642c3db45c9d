"""A digest in words: the sections that every channel dresses in its own markup. Pure."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from services.alerter.domain.content import Alert, Chart, Member, Section, delivery_key
from services.alerter.domain.coverage_words import coverage_words
from services.alerter.domain.digest import NOBODY, Digest, ThreadLine
from services.alerter.domain.wording import Names, in_language, label_words
from shared.messages import Times
from shared.messages.common import Language

_SPANS = {"daily": ("日报", "Daily digest"), "weekly": ("周报", "Weekly digest")}
_OTHERS = ("其他主体", "others")


def digest_key(period: str, subscription: str, channel: str) -> tuple[str, str]:
    """The thread that a digest counts as in the ledger, and its delivery's key: one for a period and channel."""
    thread = f"digest-{period}"
    return thread, delivery_key(thread, 1, subscription, channel)


def alert_of(digest: Digest, names: Names, chart: Chart | None, now: datetime) -> Alert:
    """What is sent: the digest's sections as one message of the ledger, decided at `now`."""
    thread, key = digest_key(digest.period, digest.subscription, digest.channel)
    language = digest.language
    weights = [thread.importance for company in digest.companies for g in company.labels for thread in g.threads]
    return Alert(
        delivery_key=key,
        kind="digest",
        content="digest",
        subscription=digest.subscription,
        thread_id=thread,
        fact_version=1,
        document_id="",
        revision=1,
        url="",
        title=_title(digest),
        outlet="Luming",
        language=language,
        importance=max(weights, default=1),
        happened=(),
        times=Times(first_seen=digest.end, decided=now),
        sections=tuple(sections(digest, names)),
        matched=(f"{in_language(_SPANS[digest.span], language)} {digest.period} · {digest.timezone}",),
        chart=chart,
    )


def _title(digest: Digest) -> str:
    """How much it lists, its span of time, and what it does not list."""
    language, zone = digest.language, ZoneInfo(digest.timezone)
    start, end = (f"{one.astimezone(zone):%Y-%m-%d %H:%M}" for one in (digest.start, digest.end))
    nothing = in_language(("没有新的事件", "nothing new"), language)
    listed = (
        in_language((f"{digest.count} 个事件", _many(digest.count, "event")), language) if digest.count else nothing
    )
    counted = (
        (digest.at_once, "已即时提醒", "alerted at once"),
        (digest.elsewhere, "见其他摘要", "in another digest"),
        (digest.suppressed, "被静默或抑制", "silenced or inhibited"),
    )
    others = [in_language((f"{zh} {count}", f"{count} {en}"), language) for count, zh, en in counted if count]
    return " · ".join([listed, *others, f"{start} – {end} {digest.timezone}"])


def sections(digest: Digest, names: Names) -> Iterator[Section]:
    """A section a company and label, then the counts, then the coverage."""
    language = digest.language
    for company in digest.companies:
        for group in company.labels:
            label = label_words(group.label, language) if group.label else ""
            heading = " · ".join(part for part in (_name(company.entity, names, language), label) if part)
            yield Section(
                heading=f"{heading} ({len(group.threads)})",
                lines=tuple(_member(thread, digest) for thread in group.threads),
            )
    if digest.cells:
        yield Section(
            heading=in_language(("事件统计", "Events by company and label"), language), lines=_table(digest, names)
        )
    covered = tuple(
        Member(line=coverage_words(one, names, ZoneInfo(digest.timezone), language), url="") for one in digest.coverage
    )
    if covered:
        yield Section(heading=in_language(("信源覆盖", "Coverage"), language), lines=covered)


def _table(digest: Digest, names: Names) -> tuple[Member, ...]:
    """A line a company: what the chart shows, for who cannot see it."""
    language = digest.language
    comma = "、" if language.startswith("zh") else ", "
    rows: dict[str, list[str]] = {}
    for cell in digest.cells:
        rows.setdefault(cell.entity, []).append(f"{label_words(cell.label, language)} {cell.count}")
    colon = "：" if language.startswith("zh") else ": "
    return tuple(
        Member(line=f"{_name(entity, names, language)}{colon}{comma.join(cells)}", url="")
        for entity, cells in rows.items()
    )


def _member(thread: ThreadLine, digest: Digest) -> Member:
    language = digest.language
    cited = "".join(f"[{number}]" for number in thread.citations)
    reports = in_language((f"{thread.reports} 篇报道", f"{thread.reports} reports"), language)
    source = f"{thread.outlet}, {reports}" if thread.reports > 1 else thread.outlet
    parts = [f"{'★' * thread.importance} {' / '.join(thread.lines)} {cited}".rstrip()]
    parts += [f"+ {'; '.join(thread.news)}"] if thread.news else []
    parts += [f"{thread.title} ({source})"]
    if thread.told is not None:
        at = f"{thread.told.astimezone(ZoneInfo(digest.timezone)):%m-%d %H:%M}"
        parts.append(in_language((f"已于 {at} 提醒", f"alerted {at}"), language))
    parts += [f"[{reason}]" for reason in thread.reasons]
    return Member(line=" — ".join(parts), url=thread.url)


def _name(entity: str, names: Names, language: Language) -> str:
    if entity == NOBODY:
        return in_language(_OTHERS, language)
    return in_language(names.get(entity, (entity, entity)), language)


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
