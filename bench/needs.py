"""Install what only the benchmarks, or only fine-tuning, need into `.venv`, from its lock with hashes; done once.

The benchmarks and the fuzzer call it. `make setup` knows nothing of it: a service and its tests do without. uv installs
them, which is locked with the rest: pip 23 stops at `lxml[html_clean]`, which some neighbours ask for.
"""

import hashlib
import os
import subprocess
import sys

from deploy.local.paths import ROOT, VENV

WHY = {"bench": "what the benchmarks compare with", "train": "what fine-tuning needs (torch, some gigabytes)"}
"""Name of a lock in requirements/ to what it brings."""


def main(name: str = "bench") -> None:
    """Install, unless this lock is installed. Exits with uv's code and what to do where it fails."""
    lock, stamp = ROOT / "requirements" / f"{name}.txt", VENV / f".luming-{name}-stamp"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text("utf-8").strip() == wanted:
        return
    print(f"installing {WHY[name]} …", flush=True)
    install = ["pip", "install", "--quiet", "--python", sys.executable, "--require-hashes", "-r", str(lock)]
    command = [sys.executable, "-m", "uv", *install]
    environment = dict(os.environ)
    if "PIP_INDEX_URL" in environment:
        environment.setdefault("UV_DEFAULT_INDEX", environment["PIP_INDEX_URL"])
    code = subprocess.run(command, env=environment, check=False).returncode  # noqa: S603  # our own lock
    if code:
        print("mend: see what uv says above; without a network set PIP_INDEX_URL to an index in reach", file=sys.stderr)
        raise SystemExit(code)
    stamp.write_text(wanted + "\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:2])
