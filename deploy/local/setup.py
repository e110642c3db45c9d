"""Make this machine ready: `.venv` with every locked package, and the checked jars of Kafka. `make setup` runs it.

Runs on a system Python with nothing installed, so the standard library only. What is done already is not done again:
a stamp in `.venv` holds the hash of the lock it was made from. pip's own environment (PIP_INDEX_URL, PIP_CERT, …) and
a Maven mirror (MAVEN_MIRROR_URL or ~/.m2/settings.xml) are honoured.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections import deque
from pathlib import Path

from deploy.local.paths import KAFKA_JARS, LUMING, ROOT, VENV, VENV_PYTHON

OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")
LOCK = ROOT / "requirements" / "dev.txt"
"""All that running, testing and checking need: the tests are part of a set-up machine."""
STAMP = VENV / ".luming-stamp"


def say(text: str) -> None:
    """A line of progress."""
    print(text, flush=True)


def need_python() -> None:
    """Go on with a new enough Python, or leave saying which one is needed."""
    if sys.version_info >= OLDEST:
        return
    for name in NEWER:
        found = shutil.which(name)
        if found:
            os.execv(found, [found, "-m", "deploy.local.setup"])  # noqa: S606  # no shell is the point
    raise SystemExit(
        "Python {}.{} is too old: Luming needs 3.11 or later\n  mend: install it, or name one: make setup "
        "PYTHON=/path/to/python3.11".format(*sys.version_info[:2])
    )


def stamp() -> str:
    """What `.venv` must have been made from: lock, Python and place (a virtual environment cannot be moved)."""
    parts = [LOCK.read_bytes(), sys.version.encode(), os.fsencode(VENV)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def installed() -> bool:
    """Whether `.venv` is what the lock says."""
    return STAMP.exists() and VENV_PYTHON.exists() and STAMP.read_text("utf-8").strip() == stamp()


def install() -> None:
    """Make `.venv` and install the locked packages into it, each checked against its hash."""
    if not usable():
        say(f"making {VENV} with Python {sys.version.split()[0]} …")
        made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False)
        if made.returncode:
            raise SystemExit(
                f"{VENV} cannot be made\n  mend: on Debian and Ubuntu: apt-get install python3-venv; then `make setup`"
            )
    pip_install()


def usable() -> bool:
    """Whether `.venv` has a working pip and the Python that runs this."""
    if not VENV_PYTHON.exists():
        return False
    told = subprocess.run(
        [str(VENV_PYTHON), "-c", "import pip, sys; print(sys.version, sys.prefix)"],
        capture_output=True,
        text=True,
        check=False,
    )
    return told.returncode == 0 and told.stdout.strip() == f"{sys.version} {VENV}"


def pip_install() -> None:
    """Run pip, showing how far it is; on failure its last lines."""
    total = sum(line[:1].isalnum() for line in LOCK.read_text("utf-8").splitlines())
    say(f"installing {total} packages …")
    quiet = ["--no-input", "--progress-bar", "off", "--no-compile"]
    command = [str(VENV_PYTHON), "-m", "pip", "install", "--require-hashes", *quiet]
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    last: deque[str] = deque(maxlen=25)
    collected = 0
    with subprocess.Popen(
        [*command, "-r", str(LOCK)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as pip:
        for line in pip.stdout or ():
            last.append(line.rstrip())
            if line.startswith(("Collecting ", "Requirement already satisfied: ")):
                collected += 1
                if collected % 25 == 0:
                    say(f"  {collected} of {total} at hand")
            elif line.startswith("Installing collected"):
                say("  unpacking them")
    if pip.returncode:
        tail = "\n".join(last)
        raise SystemExit(
            f"{tail}\npip failed with exit code {pip.returncode}\n"
            "  mend: check the network, or set PIP_INDEX_URL to a package index that this machine reaches"
        )


def fetch_kafka() -> None:
    """Bring the jars of Kafka, or check those that are here."""
    from deploy.local.kafka_jars import WrongJar, check_jars  # newer Python than an old interpreter could read

    if KAFKA_JARS.exists():
        try:
            check_jars(KAFKA_JARS)
        except WrongJar as error:
            raise SystemExit(str(error)) from error
        return
    fetched = subprocess.run([str(VENV_PYTHON), "-m", "deploy.local.fetch_jars"], cwd=ROOT, check=False)
    if fetched.returncode and not os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        raise SystemExit(fetched.returncode)


def check_starts() -> None:
    """Refuse a .venv with a file that runs at every start and that no package brought. `-S`: without running it."""
    folders = [str(folder) for folder in (VENV / "lib").glob("python*/site-packages")]
    command = [str(VENV_PYTHON), "-S", "-m", "shared.runtime.supply", *folders]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise SystemExit(1)


def main() -> None:
    """Do what is missing; a second one waits for the first."""
    need_python()
    began = time.monotonic()
    LUMING.mkdir(exist_ok=True)
    with Path(LUMING / "setup.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if installed():
            check_starts()
            fetch_kafka()
        else:
            install()
            # pip would compile on one processor, and with nothing else going on; fetching mostly waits.
            compiling = subprocess.Popen(
                [str(VENV_PYTHON), "-m", "compileall", "-qq", "-j", "0", str(VENV / "lib")],
                stdout=subprocess.DEVNULL,
            )
            fetch_kafka()
            compiling.wait()  # some packages hold files of no Python that is meant to be compiled
            STAMP.write_text(stamp() + "\n", "utf-8")
    took = time.monotonic() - began
    if took > 2:
        say(f"set up in {took:.0f} s")


if __name__ == "__main__":
    main()
