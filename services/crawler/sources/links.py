"""What all kinds do with the links they find."""

from services.crawler.domain.canonical import clean
from shared.errors import PermanentError


def usable(link: str, base: str) -> str | None:
    """The link as an absolute address that may be fetched, or None for `javascript:`, `mailto:` and the like."""
    if not link.strip():
        return None
    try:
        return clean(link, base)
    except PermanentError:
        return None
