"""One address for one article, wherever it was met.

Rules by host stand in `hosts.py`. `document_id` is a hash of the canonical address, so it must not change between
versions: a change here needs a DECISIONS entry.
"""

import hashlib
import html
import re
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from services.crawler.domain.hosts import by_host
from shared.errors import PermanentError

MAX_ADDRESS = 2_000
"""Characters; longer ones are traps or mistakes (browsers and servers stop at about this length)."""

MOST_REPEATED = 4
"""Parts of a path whose repetition is looked for."""

_TRACKERS = re.compile(
    r"utm_\w+|spm|scm|_f|from|isappinstalled|share_token|share_source|wfr|for|fbclid|gclid|yclid|msclkid|mc_[ce]id|"
    r"igshid|ref_src|cmpid|ito|ncid|strategyid|pvid",
    re.IGNORECASE,
)
_PORTS = {"http": 80, "https": 443}
_TWIN = re.compile(r"^(?:www|m|wap|3g|amp|mobile|touch)\.")
_CANONICAL = re.compile(rb"<link\b[^>]{0,500}>", re.IGNORECASE)
_REL = re.compile(rb"""\brel\s*=\s*["']?\s*canonical\b""", re.IGNORECASE)
_HREF = re.compile(rb"""\bhref\s*=\s*(?:"([^"]+)"|'([^']+)'|([^\s>]+))""", re.IGNORECASE)

_DEFAULTS = frozenset(
    (
        "",
        "index",
        "default",
        "home",
        "main",
        "list",
        "news",
        "zixun",
        "article",
        "articles",
        "detail",
        "content",
        "view",
    )
)
"""Names (without ending) of pages that stand for a site or a kind of page, never for one article."""
_DIGITS = re.compile(r"[0-9]+")
_LONG_RUN = 4
"""Digits from which a number of the last part of a path is a date or an id; fewer may be the page of an article."""
_SLUG = re.compile(r"[a-z]+-[a-z]+-[a-z]+", re.IGNORECASE)


def clean(address: str, base: str | None = None) -> str:
    """`address` absolute, without fragment and trackers: what is fetched.

    Raises PermanentError for one that no request may go to: no http, no host, a password, control characters.
    """
    text = "".join(address.split())
    if base is not None:
        text = _joined(base, text)
    if len(text) > MAX_ADDRESS or "\\" in text or not text.isprintable():
        raise PermanentError(f"no usable address: {text[:100]!r}")
    parts = _split(text)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise PermanentError(f"no http address: {text[:100]!r}")
    if "@" in parts.netloc:
        raise PermanentError(f"an address with a name or password: {text[:100]!r}")
    query = "&".join(one for one in parts.query.split("&") if not _TRACKERS.fullmatch(one.partition("=")[0]))
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    found = parts._replace(netloc=_netloc(parts), path=path, query=_quoted(query), fragment="").geturl()
    if len(found) > MAX_ADDRESS:  # escapes make it longer
        raise PermanentError(f"no usable address: {text[:100]!r}")
    return found


def canonical(address: str) -> str:
    """The one form of a cleaned address: known twins folded, path and query in one spelling.

    Raises PermanentError where `clean` does.
    """
    parts = urlsplit(clean(by_host(clean(_spelt(clean(address))))))
    query = "&".join(sorted(one for one in parts.query.split("&") if one))
    return by_host(_spelt(parts._replace(query=query).geturl()))  # a host may have an order of its own


def _spelt(address: str) -> str:
    """Path and query in one spelling: before trackers are told by their names, and parameters sorted."""
    parts = urlsplit(address)
    return parts._replace(path=_resolved(_escapes(parts.path)), query=_escapes(parts.query)).geturl()


def document_id(address: str) -> str:
    """First 32 hex digits of the SHA-256 of a canonical address; http and https are one."""
    return hashlib.sha256(re.sub(r"^http:", "https:", address).encode()).hexdigest()[:32]


def declared_canonical(page: bytes, fetched_from: str) -> str | None:
    """What `<link rel=canonical>` names, if it may be believed.

    Only an address of the same site (its mobile twin included) counts that is as specific as the fetched one (its
    numbers or its slug): else one page could hide another host's article, or one `/index.html` that a site declares
    on every page make all of them one document. In doubt the page's own address serves.
    """
    for tag in _CANONICAL.findall(page[:300_000]):
        href = _HREF.search(tag) if _REL.search(tag) else None
        if href is None:
            continue
        found = next(group for group in href.groups() if group)
        try:
            address = clean(html.unescape(found.decode("utf-8", "replace")), fetched_from)
        except PermanentError:
            return None
        return address if _same_article(address, fetched_from) else None
    return None


def is_trap(address: str) -> bool:
    """Whether parts of its path repeat as in /a/b/a/b/a/b: more than twice in a row, digits alone excepted.

    Such links are made without end by a page that links relative to itself (Heritrix, PathologicalPathDecideRule, which
    allows two repeats too); /11/11/11 may be a date with its hour.
    """
    parts = urlsplit(address).path.split("/")[1:]
    return any(
        parts[at : at + size] == parts[at + size : at + 2 * size] == parts[at + 2 * size : at + 3 * size]
        and any(part and not part.isdigit() for part in parts[at : at + size])
        for size in range(1, MOST_REPEATED + 1)
        for at in range(len(parts) - 3 * size + 1)
    )


def host_of(address: str) -> str:
    """Host and port: what pace and robots.txt hold for."""
    return urlsplit(address).netloc


def _same_article(address: str, fetched_from: str) -> bool:
    named, fetched = urlsplit(address), urlsplit(fetched_from)
    if _TWIN.sub("", named.netloc) != _TWIN.sub("", fetched.netloc):
        return False
    if (named.path, named.query) == (fetched.path, fetched.query):
        return True
    above = named.path.rstrip("/") + "/"
    if above == "/" or (fetched.path.startswith(above) and fetched.path.rstrip("/") + "/" != above):
        return False
    return _names(fetched, named)


def _names(fetched: SplitResult, named: SplitResult) -> bool:
    """Whether `named` has what tells the fetched article from its neighbours: its numbers, else its slug."""
    last, found = _stem(fetched.path), _stem(named.path)
    if found.lower() in _DEFAULTS:
        return False
    runs = _DIGITS.findall(last)
    if runs:
        wanted = {run for run in runs if len(run) >= _LONG_RUN} or {max(runs, key=len)}
    elif last.lower() not in _DEFAULTS and (_SLUG.search(last) or not fetched.query):
        return found.lower() == last.lower()
    else:
        wanted = set(_DIGITS.findall(f"{fetched.path}?{fetched.query}"))
    return bool(wanted) and wanted <= set(_DIGITS.findall(f"{named.path}?{named.query}"))


def _stem(path: str) -> str:
    """The last part of a path, without its ending."""
    return path.rstrip("/").rpartition("/")[2].partition(".")[0]


def _resolved(path: str) -> str:
    """The path with `.` and `..` resolved (RFC 3986, 5.2.4); never more than a path, however many slashes it has."""
    kept: list[str] = []
    steps = path.split("/")[1:]
    for step in steps:
        if step == "..":
            del kept[-1:]
        elif step != ".":
            kept.append(step)
    if steps and steps[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _netloc(parts: SplitResult) -> str:
    try:
        host = (parts.hostname or "").rstrip(".")
        if not host.isascii():
            host = host.encode("idna").decode("ascii")
        port = parts.port
    except (UnicodeError, ValueError) as error:
        raise PermanentError(f"no usable host: {parts.netloc[:100]!r}") from error
    if not host or re.search(r"[^a-z0-9.:_-]", host):
        raise PermanentError(f"no usable host: {parts.netloc[:100]!r}")
    host = f"[{host}]" if ":" in host else host
    return host if port is None or port == _PORTS[parts.scheme] else f"{host}:{port}"


def _escapes(text: str) -> str:
    """Percent escapes in one spelling: none where none is needed (RFC 3986, 2.3), else with capital digits."""

    def one(found: re.Match[str]) -> str:
        character = chr(int(found[1], 16))
        return character if re.match(r"[A-Za-z0-9._~-]", character) else found[0].upper()

    return re.sub(r"%([0-9A-Fa-f]{2})", one, text)


def _quoted(query: str) -> str:
    return quote(query, safe="/%:@!$&'()*+,;=~-._?[]")


def _joined(base: str, text: str) -> str:
    try:
        return urljoin(base, text)
    except ValueError as error:
        raise PermanentError(f"no usable address: {text[:100]!r}: {error}") from error


def _split(text: str) -> SplitResult:
    try:
        return urlsplit(text)
    except ValueError as error:
        raise PermanentError(f"no usable address: {text[:100]!r}: {error}") from error
