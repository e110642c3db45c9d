"""Secrets in texts that people read: values of environment variables are replaced by the variables' names."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote, quote_plus, urlsplit

SHORTEST = 4
"""Characters of a value that is looked for inside a text; a shorter one is no secret and stands in every other word."""


@dataclass(frozen=True)
class Hidden:
    """What is to be hidden: values by the names of their variables. Call it with a text."""

    values: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, text: str) -> str:
        """The text with `${NAME}` in the place of a value, also where it is escaped for an address, JSON or Python."""
        for name, value in self.values.items():
            if text == value:
                return f"${{{name}}}"
        for form, name in self._forms:
            text = text.replace(form, f"${{{name}}}")
        return text

    def in_page(self, page: bytes) -> bytes:
        """The same for a page, where an address is replaced by one, so that links stay links (RFC 6761: .example)."""
        for form, name in self._forms:
            address = f"https://{name.lower().replace('_', '-')}.example"
            other = address if "://" in form else f"/{name}" if form.startswith("/") else name
            page = page.replace(form.encode("utf-8", "surrogateescape"), other.encode())
        return page

    @cached_property
    def _forms(self) -> list[tuple[str, str]]:
        """What stands for which variable, the longest first."""
        found = {form: name for name, value in self.values.items() for form in _spelt(value) if len(form) >= SHORTEST}
        return sorted(found.items(), key=lambda pair: -len(pair[0]))


NOTHING = Hidden()
"""Where nothing is to be hidden."""


def _spelt(value: str) -> Iterator[str]:
    """The value in all its spellings; of an address also what follows the host, and what stands before it."""
    whole = value.rstrip("/") if "://" in value else value
    for part in (whole, *_parts(value)):
        yield from (part, quote(part), quote(part, safe=""), quote_plus(part), json.dumps(part)[1:-1], repr(part)[1:-1])


def _parts(value: str) -> Iterator[str]:
    try:
        parts = urlsplit(value) if "://" in value else None
    except ValueError:
        return
    if parts is not None:
        if len(parts.path.strip("/")) >= SHORTEST:
            yield parts.path.rstrip("/")
        yield parts.query
        yield parts.netloc.rpartition("@")[0]
