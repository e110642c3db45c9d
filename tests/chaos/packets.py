"""Packets of this machine that the kernel throws away or answers with a reset, by the port of the server: iptables."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

Cut = Literal["silence", "no answers", "reset"]
CUTS: tuple[Cut, ...] = ("silence", "no answers", "reset")
"""Nothing arrives either way; what is sent arrives and no answer comes back; each packet is answered with a reset."""
_TO, _FROM = ("INPUT", "-i", "lo", "-p", "tcp", "--dport"), ("INPUT", "-i", "lo", "-p", "tcp", "--sport")
_DROP, _RESET = ("-j", "DROP"), ("-j", "REJECT", "--reject-with", "tcp-reset")
RULES = {
    "silence": ((_TO, _DROP), (_FROM, _DROP)),
    "no answers": ((_FROM, _DROP),),
    "reset": ((_TO, _RESET),),
}


def refused() -> str:
    """Why no rule can be made here; empty when it can."""
    if shutil.which("iptables") is None:
        return "iptables is not installed"
    ended = _iptables("-L", "INPUT", "-n")
    return "" if ended.returncode == 0 else f"iptables may not be used here: {ended.stderr.strip()[:100]}"


@contextmanager
def cut(port: int, how: Cut) -> Iterator[None]:
    """Cut the way to and from a port of this machine's loopback, until the block ends. Raises RuntimeError."""
    made: list[tuple[str, ...]] = []
    try:
        for (chain, *match), target in RULES[how]:
            rule = (chain, *match, str(port), *target)
            ended = _iptables("-I", *rule)
            if ended.returncode:
                raise RuntimeError(f"iptables -I {' '.join(rule)}: {ended.stderr.strip()}")
            made.append(rule)
        yield
    finally:
        for rule in made:
            _iptables("-D", *rule)


def _iptables(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["iptables", "-w", "10", *arguments], capture_output=True, text=True, check=False)
