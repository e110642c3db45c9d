"""Install what only the benchmarks need into `.venv`, from the lock with hashes; done once for each lock.

`make bench` runs it. `make setup` knows nothing of it: a service and its tests do without.
"""

import hashlib
import os
import subprocess
import sys

from deploy.local.paths import ROOT, VENV

LOCK = ROOT / "requirements" / "bench.txt"
STAMP = VENV / ".luming-bench-stamp"


def main() -> None:
    """Run pip, unless this lock is installed. Exits with pip's code and what to do where it fails."""
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text("utf-8").strip() == wanted:
        return
    print("installing what the benchmarks compare with …", flush=True)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--require-hashes", "-r", str(LOCK)]
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    code = subprocess.run(command, env=environment, check=False).returncode  # noqa: S603  # our own lock
    if code:
        print("mend: check the network, or set PIP_INDEX_URL to a package index in reach", file=sys.stderr)
        raise SystemExit(code)
    STAMP.write_text(wanted + "\n", "utf-8")


if __name__ == "__main__":
    main()
