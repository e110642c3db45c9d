"""Answers of a live source: kept by `check --keep`, and turned into a fixture whose text is placeholders."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.crawler.application.check import Exchange
from services.crawler.sources.fixture import READ_AT, source_of, walk
from services.crawler.sources.registry import Plugin, plugins
from services.crawler.testing.veil import veiled
from shared.errors import ConfigError, LumingError
from shared.hiding import Hidden

KEPT = Path(".luming/check")
FIXTURES = Path("tests/fixtures/sources")
_INDEX = "answers.json"


def without(exchange: Exchange, hidden: Hidden) -> Exchange:
    """The exchange with the values of variables replaced by their names, wherever they stand in it."""
    asked, answer = exchange.request, exchange.answer
    headers = tuple((key, hidden(value)) for key, value in asked.headers)
    body = None if asked.body is None else hidden(asked.body.decode("utf-8", "replace")).encode()
    request = replace(asked, address=hidden(asked.address), headers=headers, body=body)
    if answer is not None:
        answer = replace(answer, address=hidden(answer.address), body=hidden.in_page(answer.body))
    return replace(exchange, request=request, answer=answer, error=hidden(exchange.error))


def keep(root: Path, name: str, exchanges: Sequence[Exchange], hidden: Hidden) -> Path:
    """Write the answers, as they came, below `root`; those of an earlier check are replaced.

    `hidden`: the values of the source's variables, which are no matter of a fixture.
    """
    folder = root / KEPT / name
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    index = []
    for number, exchange in enumerate(exchanges, 1):
        one = without(exchange, hidden)
        if one.answer is None:
            continue
        file = f"{number:02}.{_ending(one.answer.body, one.answer.media)}"
        (folder / file).write_bytes(one.answer.body)
        said = {"file": file, "address": one.request.address, "step": one.request.step, "charset": one.answer.charset}
        index.append({**said, "fetched": one.fetched.isoformat(), "error": one.error})
    (folder / _INDEX).write_text(json.dumps(index, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return folder


def fixture_of(root: Path, name: str) -> list[Path]:
    """Write `tests/fixtures/sources/NAME.live` from what was kept, and name its files.

    Raises ConfigError when there is no such source, nothing was kept, or nothing can be read of the placeholders.
    """
    plugin = plugins().get(name)
    if plugin is None or plugin.defaults is None:
        right = "NAME of a source with a file of its own; `python -m services.crawler sources` lists them"
        raise ConfigError("NAME", None, f"no source named {name!r} is built in", right)
    kept = root / KEPT / name
    if not (kept / _INDEX).exists():
        right = f"python -m services.crawler check {name} --keep"
        raise ConfigError(kept, None, "no answers were kept", right)
    answers: list[dict[str, Any]] = json.loads((kept / _INDEX).read_text("utf-8"))
    folder = root / FIXTURES / f"{name}.live"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    counts: Counter[str] = Counter()
    for answer in answers:
        counts[answer["step"]] += 1
        page = folder / _page(answer["step"], counts[answer["step"]], Path(answer["file"]).suffix)
        page.write_bytes(veiled((kept / Path(answer["file"]).name).read_bytes(), answer["charset"]))
    _expect(folder, plugin)
    (folder / "about.md").write_text(_about(answers), "utf-8")
    return sorted(folder.iterdir())


def _expect(folder: Path, plugin: Plugin) -> None:
    """Write what the source reads of the placeholders. Raises ConfigError when that is nothing."""
    right = "write the fixture by hand: the source looks for words, or its answer is a refusal"
    try:
        found = walk(folder, source_of(folder, plugin)[0], READ_AT).plain()
    except (LumingError, FileNotFoundError) as error:
        raise ConfigError(folder, None, f"the placeholders cannot be read: {error}", right) from error
    if not found["items"]:
        raise ConfigError(folder, None, "nothing is listed once the text is placeholders", right)
    (folder / "expected.json").write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", "utf-8")


def _page(step: str, nth: int, suffix: str) -> str:
    """The name of a file within the fixture's folder, whatever a plug-in calls its steps."""
    step = re.sub(r"[^A-Za-z0-9_-]", "_", step)
    return ".".join(["page", *([step] if step else []), *([str(nth)] if nth > 1 else [])]) + suffix


def _ending(body: bytes, media: str) -> str:
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    if "json" in media or start[:1] in (b"{", b"["):
        return "json"
    return "xml" if start.startswith((b"<?xml", b"<rss", b"<feed", b"<urlset", b"<sitemapindex")) else "html"


def _about(answers: Sequence[dict[str, Any]]) -> str:
    day = datetime.fromisoformat(answers[0]["fetched"]).astimezone(UTC).date().isoformat() if answers else "never"
    asked = "\n".join(f"- {answer['address']}" for answer in answers)
    return (
        f"Seen live: {day}\n\nAnswers of the site itself, every text replaced by placeholders of the same script and"
        f" length; markup, keys, times and the shape of links are the site's.\n\n{asked}\n"
    )
