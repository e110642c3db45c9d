"""Keeps kafka-python able to read what a broker answers, however many of its clients begin at once.

kafka-python 3.0.12 makes a class for each version of an answer when it is first asked for (protocol/api_message.py,
`__getitem__`), and each one takes, as a weak reference, the place of the answer itself among those it can read. Two
threads that ask at the same moment make two; one is kept, the other may hold the place, and with the next garbage
collection no client of the process reads that answer again ("weakly-referenced object no longer exists"): it waits for
a broker that answers for as long as it lives.
"""

from typing import Any

from kafka.protocol.api_header import ResponseClassRegistry


def keep_answers_readable() -> None:
    """Let an answer's place be taken once, by the answer itself, which its module keeps; versions leave it alone.

    To be called before the first client; again does no harm.
    """
    known: dict[int, Any] = ResponseClassRegistry._response_class_registry

    def register(kind: Any) -> None:
        known.setdefault(kind.API_KEY, kind)

    ResponseClassRegistry.register_response_class = staticmethod(register)
