"""The process that fuzzes: `python -m bench.fuzz.child TARGET STATE [libFuzzer's options]`.

The code under test is instrumented for coverage as it is imported. A crash is written to tests/fixtures/fuzz/TARGET/,
where a unit test replays it for ever; the slowest input so far to STATE.
"""

import hashlib
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["services.crawler", "feedparser"]):
    from bench.fuzz.targets import TARGETS, timed
from bench.fuzz.seeds import mutated
from deploy.local.paths import ROOT

CASES = ROOT / "tests" / "fixtures" / "fuzz"


def main(name: str, state: Path, options: list[str]) -> None:
    """Fuzz until the options' time is over or something breaks."""
    target, slowest = TARGETS[name], [0.0]

    def one(data: bytes) -> None:
        try:
            took = timed(target, data)
        except Exception:
            folder = CASES / name
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{hashlib.sha256(data).hexdigest()[:12]}.bin").write_bytes(data)
            raise
        if took > slowest[0]:
            slowest[0] = took
            (state / "slowest.bin").write_bytes(data)
            (state / "slowest.txt").write_text(f"{took:.3f} {len(data)}", "utf-8")

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        return mutated(data, seed, most) if seed % 3 else bytes(atheris.Mutate(data, most))

    atheris.Setup([sys.argv[0], *options], one, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
