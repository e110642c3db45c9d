"""Lines of coverage, in words: quiet because nothing happened, or because these sources were silent. Pure."""

from datetime import UTC, datetime, tzinfo

from services.alerter.domain.coverage import Coverage, SilentSource
from services.alerter.domain.wording import Names, in_language
from shared.messages.common import Language

_NAMED = 4
"""Sources that a line names; the others it counts."""
ALL = ("全部信源", "all sources")


def coverage_words(found: Coverage, names: Names, zone: tzinfo, language: Language) -> str:
    """`JD Health: quiet, nothing happened; 6 sources read, 2 articles named it`."""
    who = in_language(names.get(found.entity, (found.entity, found.entity)) if found.entity else ALL, language)
    zh = language.startswith("zh")
    parts = [_heard(found, language)]
    if found.sources:
        known = f"覆盖信源 {found.sources} 家", f"{_many(found.sources, 'source')} known to tell of it"
        parts.append(in_language(known, language))
    if found.articles:
        named = (f"提及文章 {found.articles} 篇", f"{_many(found.articles, 'article')} named it")
        parts.append(in_language(named, language))
    if found.silent:
        silent = _list([_silent(one, zone, language) for one in found.silent], language)
        parts.append(in_language(("沉默信源", "silent"), language) + ("：" if zh else ": ") + silent)
    if found.others:
        also = _list(found.others, language)
        head = ("另有沉默、此前未报道过它的信源", "silent as well, though never heard of it")
        parts.append(in_language(head, language) + ("：" if zh else ": ") + also)
    return f"{who}{'：' if zh else ': '}{('；' if zh else '; ').join(parts)}"


def _heard(found: Coverage, language: Language) -> str:
    if found.events:
        words = f"事件 {found.events} 个", _many(found.events, "event")
    elif found.sure:
        words = "平静，没有发生事件", "quiet: nothing happened"
    elif found.silent:
        words = "未听到消息，但有信源沉默，不能断定平静", "nothing heard, yet sources were silent: it may not be quiet"
    else:
        words = "未听到消息，且此前没有信源报道过它", "nothing heard, and no source has told of it so far"
    return in_language(words, language)


def _silent(one: SilentSource, zone: tzinfo, language: Language) -> str:
    since = _shown(one.since, zone)
    if one.until is not None:
        span = f"{since} 至 {_shown(one.until, zone)}", f"from {since} to {_shown(one.until, zone)}"
    else:
        span = f"自 {since} 起", f"since {since}"
    why = f", {one.reason}" if one.reason else ""
    return f"{one.source} ({in_language(span, language)}{why})"


def _shown(when: datetime, zone: tzinfo) -> str:
    return f"{when.astimezone(UTC).astimezone(zone):%Y-%m-%d %H:%M}"


def _list(found: list[str] | tuple[str, ...], language: Language) -> str:
    more = len(found) - _NAMED
    comma = "、" if language.startswith("zh") else ", "
    kept = comma.join(found[:_NAMED])
    return kept + in_language((f" 等 {len(found)} 家", f" and {more} more"), language) if more > 0 else kept


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
