"""`python -m shared.runtime.ask_health`: asks the service of this container how it is, as an image's HEALTHCHECK.

Exit code 0 when /healthz answers that the process gets on, 1 with its words when not.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException

SECONDS = 4.0
"""A little less than the health check's own time-out."""


def ask(port: int) -> tuple[bool, str]:
    """Whether the service at this port of this machine is well, and what it said."""
    connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        return answer.status == 200, answer.read(2000).decode("utf-8", "replace")
    except (OSError, HTTPException) as error:
        return False, f"no answer at port {port}: {error}"
    finally:
        connection.close()


def main() -> None:
    """Leave with the exit code of the answer; HTTP_PORT says where to ask."""
    well, said = ask(int(os.environ.get("HTTP_PORT") or "9100"))
    if not well:
        sys.stderr.write(f"{said}\n")
    raise SystemExit(0 if well else 1)


if __name__ == "__main__":
    main()
