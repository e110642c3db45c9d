"""What all kinds do with the links they find."""

from services.crawler.domain.canonical import clean, is_trap
from shared.errors import PermanentError


def usable(link: str, base: str) -> str | None:
    """The link as an absolute address that may be fetched, or None for `javascript:`, `mailto:`, /a/a/a/ and such."""
    if not link.strip():
        return None
    try:
        address = clean(link, base)
    except PermanentError:
        return None
    return None if is_trap(address) else address
