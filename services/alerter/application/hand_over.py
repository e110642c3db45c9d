"""The moment from which nobody can say any more whether a message arrived, written down before it comes.

A sender that dies before it has told nobody anything, whatever it had begun: its delivery is simply due again. After
it the message may be with people, and the ledger says so. Only a channel knows the moment, in the middle of its
dialogue: an SMTP client before the final dot, an HTTP client before the first byte of its request. It calls
`handing_over`, which stands for whatever the sender that runs it wants to be done then.

It is kept beside the call, by thread, and not handed through ten channels' `send`: those that cannot tell the moment
leave it alone, and their deliveries count as on the wire from the lease on.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_mark: ContextVar[Callable[[], None] | None] = ContextVar("luming_hand_over", default=None)


@contextmanager
def handed_over_by(mark: Callable[[], None]) -> Iterator[None]:
    """Within the block `handing_over` calls `mark`, the first time that it is called."""
    token = _mark.set(mark)
    try:
        yield
    finally:
        _mark.reset(token)


def handing_over() -> None:
    """From here on the message may arrive. Raises TransientError when that cannot be written down: then do not go on.

    Outside of a sender it does nothing, and so does a second call.
    """
    mark = _mark.get()
    if mark is not None:
        _mark.set(None)
        mark()
