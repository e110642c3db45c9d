"""When to try a delivery again, and when not any more. Pure: times are arguments, in seconds."""

FIRST = 1.0
"""Seconds before the second attempt; doubled each time."""
LONGEST = 300.0
"""Seconds between attempts at most: an SMTP server that was down an hour is found up within five minutes."""
LONGEST_ASKED = 3600.0
"""Seconds that a Retry-After may ask for at most."""
GIVE_UP_AFTER = 86_400.0
"""Seconds after the decision at which an alert that no channel took is no news any more."""
CRASHES = 10
"""Times that a delivery whose sender died is looked up and sent anew, before it is taken for the cause."""
BLIND_CRASHES = 5
"""The same where nobody can be asked: each time may tell the reader once more; that nobody tells him is worse.
With one, `make crash` lost a mail whose sender was killed twice between the ledger's word and the wire."""


def pause(attempts: int, retry_after: float | None) -> float:
    """Seconds to wait after the `attempts`-th try; what the other side asked for counts, within bounds."""
    if retry_after is not None and retry_after >= 0:
        return min(max(retry_after, FIRST), LONGEST_ASKED)
    return min(FIRST * 2.0 ** min(max(attempts - 1, 0), 20), LONGEST)


def hopeless(age: float) -> bool:
    """Whether a delivery decided `age` seconds ago is given up."""
    return age > GIVE_UP_AFTER
