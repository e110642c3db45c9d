"""Free ports of this machine."""

import random
import socket


def is_free(port: int) -> bool:
    """Whether a server may listen on this port of 127.0.0.1; fading connections do not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """Free ports of 127.0.0.1, all different.

    Below those that systems give to outgoing connections (from 32768 on Linux, 49152 on macOS), for one of these could
    take the port while its server is down.
    """
    ports: set[int] = set()
    while len(ports) < count:
        port = random.randrange(20_000, 32_000)  # noqa: S311  # nothing is secret about a port
        if is_free(port):
            ports.add(port)
    return list(ports)
