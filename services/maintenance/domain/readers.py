"""Under which names a person may be known in the portal."""

import re
import unicodedata

_NO_NAME = re.compile(r"[^\w.@+-]+")
"""What the name of a user cannot hold; an OIDC provider's name has a hyphen in its place (the portal's claims.py)."""


def user_names(person: str) -> tuple[str, ...]:
    """The person's name as the portal writes names: width and case do not tell two people apart.

    Whole names only: who is called anna is not erased with everybody whose name begins so.
    """
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", person).casefold()).strip()
    found = (plain, _NO_NAME.sub("-", plain)[:64].strip(".@+-"))
    return tuple(dict.fromkeys(name for name in found if name))
