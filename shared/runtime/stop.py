"""A clean stop: SIGTERM and SIGINT set an event that every loop looks at."""

import os
import signal
import threading
from types import FrameType


def stop_on_signals() -> threading.Event:
    """An event that is set when the process is asked to stop. To be called in the main thread.

    Who asks with SIGINT a second time does not want to wait: the process ends at once, as if it had been killed.
    """
    stop = threading.Event()

    def asked(number: int, frame: FrameType | None) -> None:
        if stop.is_set() and number == signal.SIGINT:
            os._exit(128 + number)
        stop.set()

    signal.signal(signal.SIGTERM, asked)
    signal.signal(signal.SIGINT, asked)
    return stop
