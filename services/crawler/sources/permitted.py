"""Whether a source may be asked: its terms, the leave to read it all the same, and the variables that it needs.

A prohibition that stands in a source's own file is the site's: the files that people edit give leave, they do not
lift it.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from services.crawler.sources.definition import SourceEntry, Terms
from services.crawler.sources.registry import Plugin

_WEB = re.compile(r"www\d*\.")
"""What a site's domain is called by in front of its name; the terms are those of the whole site."""


def over(base: Terms, said: Terms) -> Terms:
    """The terms with what was said of them, key by key."""
    return base.model_copy(update={key: getattr(said, key) for key in said.model_fields_set})


def held_to(
    plugin: Plugin, terms: Terms, address: str, options: Mapping[str, Any], known: Mapping[str, Plugin]
) -> Terms:
    """The terms that hold: prohibited stays what the source's own file says is prohibited, and so is every source that
    asks a site which a built-in source calls prohibited. `terms` are those of configuration and file together."""
    own = plugin.defaults.terms if plugin.defaults else Terms()
    if own.verdict == "prohibited":
        return terms.model_copy(update={"verdict": "prohibited"})
    asked = {_host(text) for text in (address, *_texts(options)) if "//" in text}
    for site, of_site in _prohibited(known):
        if any(host == site or host.endswith(f".{site}") for host in asked):
            return Terms(address=terms.address or of_site.address, verdict="prohibited")
    return terms


def _prohibited(known: Mapping[str, Plugin]) -> Iterator[tuple[str, Terms]]:
    """The sites that built-in sources say refuse programs, and their terms."""
    for plugin in known.values():
        if plugin.defaults is not None and plugin.defaults.terms.verdict == "prohibited":
            yield _WEB.sub("", _host(plugin.defaults.address), count=1), plugin.defaults.terms


def _host(address: str) -> str:
    try:
        return (urlsplit(address.strip()).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""  # no address, so nothing is asked there


def _texts(value: object) -> Iterator[str]:
    """Every text in options, which may hold addresses of their own."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def why_off(entry: SourceEntry, unknown_terms: str, environment: Mapping[str, str], today: date) -> str:
    """Why a source does not run, the most lasting reason first; empty when it does."""
    if not entry.enabled:
        return entry.why_off or "switched off"
    if bar := barred(entry, environment, today):
        return bar
    if entry.terms.verdict == "unknown" and unknown_terms == "refuse":
        return "nobody has read its terms yet"
    return ""


def barred(entry: SourceEntry, environment: Mapping[str, str], today: date) -> str:
    """Why nobody may ask it, however it is switched: a variable that is not set, terms that refuse programs."""
    missing = [name for name in entry.variables if not environment.get(name)]
    if missing:
        return f"needs the environment variable{'s' if len(missing) > 1 else ''} {', '.join(missing)}"
    if entry.terms.verdict == "prohibited":
        if entry.permission is None:
            return f"its terms refuse programs ({entry.terms.address or 'see its site'}): needs a `permission`"
        if not entry.permission.given <= today <= entry.permission.until:
            return f"its permission holds from {entry.permission.given} to {entry.permission.until} only"
    return ""
