"""Settling looks in one transaction: revision, reprint, document, outbox and decision stand or fall together."""

from collections.abc import Sequence
from dataclasses import replace

from services.crawler.application.ports import Changes, Store
from services.crawler.application.values import Found, LeasedPage, Stored, Verdict
from services.crawler.domain.fingerprint import units
from services.crawler.domain.likeness import compare, other_names
from services.crawler.domain.revision import what_changed
from shared.messages.common import Times
from shared.messages.document import DocumentFound


def settle(store: Store, page: LeasedPage, found: Found | Verdict) -> Verdict:
    """Record what came of a look; an article that is new, or says something new, is published."""
    return settle_together(store, [(page, found)])[0]


def settle_together(store: Store, looks: Sequence[tuple[LeasedPage, Found | Verdict]]) -> list[Verdict]:
    """Record what came of several looks in one transaction, all or none: each sees what those before it stored."""
    with store.changes() as changes:
        return [_settled(changes, page, found) for page, found in looks]


def _settled(changes: Changes, page: LeasedPage, found: Found | Verdict) -> Verdict:
    verdict = found if isinstance(found, Verdict) else replace(_stored(changes, found), had=found.had)
    changes.decide(page, verdict)
    return verdict


def _stored(changes: Changes, found: Found) -> Verdict:
    if (why := changes.erased(found.document_id)) is not None:
        return Verdict("erased", f"erased and not to come back: {why}", found.document_id)
    known = changes.latest(found.document_id)
    change = _change(known, found) if known else ""
    if known and not change:
        reason = "the same text" if known.content_hash == found.content_hash else "only its surroundings changed"
        return Verdict("unchanged", reason, found.document_id, known.revision)
    revision = known.revision + 1 if known else 1
    original, reason = _reprint_of(changes, found, known)
    changes.add(found, revision, original)
    if original:
        return Verdict("duplicate", f"repeats {original}: {reason}", found.document_id, revision)
    changes.publish(_message(found, revision))
    reason = f"revision {revision}: {change}" if known else "new"
    return Verdict("published", f"{reason}; {found.note}" if found.note else reason, found.document_id, revision)


def _change(known: Stored, found: Found) -> str:
    """Why the article is to be stored again; empty when it is not."""
    if known.role == "recall" and found.origin.role == "alert":
        return "now listed by a source that may alert"
    if known.content_hash == found.content_hash:
        return ""
    if names := sorted(set(known.matched) ^ set(found.matched)):
        return f"{names[0]} is named in one of the two only"
    return what_changed(known.title, known.paragraphs, found.title, found.paragraphs)


def _reprint_of(changes: Changes, found: Found, known: Stored | None) -> tuple[str | None, str]:
    """The document that this one repeats, and how that was seen.

    What corrects one text in a figure is no reprint of another that says what that one said (in other words, so that
    the place cannot be compared): only of one that differs from it too.
    """
    alike = changes.lookalikes(found.keys, found.document_id, found.origin.role)
    if not alike:
        return None, ""
    text = units("\n".join(found.paragraphs))
    bodies = [(other, units("\n".join(other.paragraphs))) for other in ([known] if known else []) + alike]
    likenesses = [
        (other, body, compare(text, body))
        for other, body in bodies
        # A notice on one company is not a reprint of the notice, word by word, on another.
        if not other_names(found.matched, len(text), other.matched, len(body))
    ]
    corrected = [body for _, body, likeness in likenesses if likeness.kind == "revised"]
    for other, body, likeness in likenesses:
        repeats = likeness.kind == "same" and other.document_id != found.document_id
        if repeats and not _first_hand(found, other) and all(compare(old, body).kind == "revised" for old in corrected):
            return other.duplicate_of or other.document_id, likeness.reason
    return None, ""


def _first_hand(found: Found, other: Stored) -> bool:
    """Whether it is the word of a source of letter A, such as an authority's own site, that another had first.

    Nobody hides it by being faster with a copy, true or false: it is published too, and joins the copy's story.
    """
    return found.origin.reliability == "A" and other.source != found.origin.source


def _message(found: Found, revision: int) -> DocumentFound:
    return DocumentFound(
        document_id=found.document_id,
        revision=revision,
        url=found.url,
        source=found.origin.source,
        outlet=found.outlet,
        role=found.origin.role,
        rights=found.origin.rights,
        reliability=found.origin.reliability,
        title=found.title,
        paragraphs=found.paragraphs,
        language=found.language,
        author=found.author,
        published=found.published,
        matched=found.matched,
        times=Times(first_seen=found.first_seen, fetched=found.fetched),
    )
