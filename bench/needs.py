"""Install what only the benchmarks need into `.venv`, from the lock with hashes; done once for each lock.

The benchmarks and the fuzzer call it. `make setup` knows nothing of it: a service and its tests do without. uv installs
them, which is locked with the rest: pip 23 stops at `lxml[html_clean]`, which some neighbours ask for.
"""

import hashlib
import os
import subprocess
import sys

from deploy.local.paths import ROOT, VENV

LOCK = ROOT / "requirements" / "bench.txt"
STAMP = VENV / ".luming-bench-stamp"


def main() -> None:
    """Install, unless this lock is installed. Exits with uv's code and what to do where it fails."""
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text("utf-8").strip() == wanted:
        return
    print("installing what the benchmarks compare with …", flush=True)
    install = ["pip", "install", "--quiet", "--python", sys.executable, "--require-hashes", "-r", str(LOCK)]
    command = [sys.executable, "-m", "uv", *install]
    environment = dict(os.environ)
    if "PIP_INDEX_URL" in environment:
        environment.setdefault("UV_DEFAULT_INDEX", environment["PIP_INDEX_URL"])
    code = subprocess.run(command, env=environment, check=False).returncode  # noqa: S603  # our own lock
    if code:
        print("mend: see what uv says above; without a network set PIP_INDEX_URL to an index in reach", file=sys.stderr)
        raise SystemExit(code)
    STAMP.write_text(wanted + "\n", "utf-8")


if __name__ == "__main__":
    main()
