"""What to say of an address that nobody knows: other spellings of it, known ones like it, what to check."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy import Connection, text

_SHOWN = 5
"""Near addresses that are named."""
_ALIKE = 0.6
"""Likeness from which an address counts as near: difflib's own cut for close matches."""
_LOOKED_AT = 20_000
"""Addresses of the host that are compared at most, the newest first."""
_TRACKER = re.compile(r"utm_\w+|spm|scm|from|share_\w+|fbclid|gclid|msclkid|mc_[ce]id|ref_src", re.IGNORECASE)
"""Parameters that lead to no other page; the crawler's own list is longer, and this is a hint."""
_TWIN = re.compile(r"^(?:www|m|wap|3g|amp|mobile|touch)\.")
_HOST = re.compile(r"[^\s.]+(?:\.[^\s.]+)+")
_OF_HOST = text(
    """
    select address from (
        select address, max(seen) as seen from (
            select address, first_seen as seen from listed_pages where address like :host or address like :sub
            union all select url, first_seen from documents where url like :host or url like :sub
        ) known group by address
    ) newest order by seen desc limit :most
    """
)
_SOURCES = text("select distinct source from listed_pages where address like :host or address like :sub order by 1")
_IDS = text(
    "select distinct document_id from documents where document_id like :start"
    " union select distinct document_id from classifications where document_id like :start order by 1 limit 5"
)


@dataclass(frozen=True)
class Near:
    """What was found."""

    same: str | None = None
    """The known spelling of the very page."""
    addresses: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    """Identifiers that begin as what was asked."""
    advice: tuple[str, ...] = ()


def tidy(address: str) -> str:
    """The address without fragment, trackers and a host in capitals; https where no scheme was written."""
    written = address.strip()
    parts = urlsplit(written if "://" in written else f"https://{written}")
    query = "&".join(one for one in parts.query.split("&") if one and not _TRACKER.fullmatch(one.partition("=")[0]))
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", query, ""))


def near(db: Connection, asked: str) -> Near:
    """Look for what was probably meant."""
    plain = asked.strip()
    if re.fullmatch(r"[0-9a-f]{4,32}", plain):
        found = tuple(db.execute(_IDS, {"start": f"{plain}%"}).scalars())
        return Near(documents=found, advice=("no document has this id",))
    try:
        address = tidy(plain)
        host = urlsplit(address).hostname or ""
    except ValueError:
        host = ""
    if not _HOST.fullmatch(host):
        return Near(advice=("this is neither an address (https://…) nor a document_id (32 letters and digits)",))
    bare = _TWIN.sub("", host)
    like = {"host": f"%://{_literal(bare)}/%", "sub": f"%.{_literal(bare)}/%"}
    known = list(db.execute(_OF_HOST, {**like, "most": _LOOKED_AT}).scalars())
    same = next((one for one in known if _loose(one) == _loose(address)), None)
    advice = _advice(plain, address, bare, list(db.execute(_SOURCES, like).scalars()))
    return Near(same=same, addresses=_closest(address, known), advice=advice)


def _literal(host: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", host)


def _loose(address: str) -> str:
    """What two spellings of one page have in common: host without www. or m., path without ending, query in order."""
    parts = urlsplit(tidy(address))
    path = re.sub(r"(?:/|/index)?(?:\.s?html?)?$", "", parts.path)
    return f"{_TWIN.sub('', parts.netloc)}{path}?{'&'.join(sorted(parts.query.split('&')))}"


def _closest(address: str, known: Sequence[str]) -> tuple[str, ...]:
    by_loose = {_loose(one): one for one in reversed(known)}
    close = difflib.get_close_matches(_loose(address), by_loose, _SHOWN, _ALIKE)
    return tuple(by_loose[one] for one in close)


def _advice(asked: str, address: str, host: str, sources: Sequence[str]) -> tuple[str, ...]:
    said = ["nothing is known of it: no source has listed it, or it is written in another way"]
    if address != asked:
        said.append(f"without fragment and trackers it is {address}")
    if sources:
        which = ", ".join(sources)
        said.append(f"pages of {host} are listed by {which}: `python -m services.crawler doctor {sources[0]}` says how")
    else:
        said.append(f"no source has ever listed a page of {host}: `python -m services.crawler sources` shows them all")
    said.append("an article from before its source was first read is not listed, nor one that its list never named")
    return tuple(said)
