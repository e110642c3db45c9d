"""A document that was erased while its message was on its way."""

from shared.errors import LumingError

REASON = "erased"
"""Of its decision: nothing of the document itself, as on the decisions that erasing leaves."""


class Erased(LumingError):
    """A tombstone names the document: none of its words is kept or told. Raised by a unit's `revisions`."""

    def __init__(self, decided: frozenset[int]) -> None:
        """`decided`: its revisions on which a decision stands."""
        super().__init__(REASON)
        self.decided = decided
