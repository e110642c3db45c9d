"""A new source: its file and its fixture folder, which pass the contract tests at once."""

import json
import keyword
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from pydantic import ValidationError

from services.crawler.sources.definition import SourceDefaults
from services.crawler.sources.fixture import READ_AT, source_of, walk
from services.crawler.sources.registry import OWN, built_in, plugins, source
from services.crawler.testing.source_file import source_file
from services.crawler.testing.templates import TEMPLATES, Template
from shared.errors import ConfigError, LumingError

NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
SOURCES, FIXTURES = Path("services/crawler/sources"), Path("tests/fixtures/sources")


@dataclass(frozen=True)
class NewSource:
    """What is known of the source to be begun; an empty address or outlet is made up from the name."""

    name: str
    kind: str
    address: str = ""
    outlet: str = ""
    language: str = "zh-Hans"


def begin(root: Path, new: NewSource) -> list[Path]:
    """Write the source's files below `root`, the project's folder, and name them.

    Raises ConfigError, and writes nothing, for a name that is taken or none, an unknown kind, an address that cannot be
    asked, and outside the project.
    """
    template = _checked(root, new)
    defaults = _defaults(new, template)
    folder, file = root / FIXTURES / new.name, root / SOURCES / f"{new.name}.py"
    texts = {folder / name: text for name, text in _fixture(new, template, defaults).items()}
    texts[file] = source_file(new.name, new.kind, defaults, template.options)
    try:
        folder.mkdir(parents=True)
        for path, text in texts.items():
            path.write_text(text, "utf-8")
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        file.unlink(missing_ok=True)
        right = "room on the disk, and leave to write there"
        raise ConfigError(root, None, f"the source cannot be written: {error}", right) from error
    return [file, *sorted(folder.iterdir())]


def _fixture(new: NewSource, template: Template, defaults: SourceDefaults) -> dict[str, str]:
    """The fixture's files by name, the source having read its page. Raises ConfigError when it cannot."""
    parts = urlsplit(defaults.address)
    page = template.text.replace("{site}", f"{parts.scheme}://{parts.netloc}")
    plugin = source(new.name, built_in()[new.kind], defaults, template.options)
    try:
        with TemporaryDirectory() as aside:
            (Path(aside) / template.page).write_text(page, "utf-8")
            found = walk(Path(aside), source_of(Path(aside), plugin)[0], READ_AT).plain()
    except (ValueError, LumingError, FileNotFoundError) as error:
        wrong = f"{defaults.address}: a source of this kind cannot begin with it: {error}"
        right = "an address without blanks such as {word}; add them, and the options they need, to the file afterwards"
        raise ConfigError("ADDRESS", None, wrong, right) from error
    expected = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    return {template.page: page, "expected.json": expected, "about.md": _about(defaults)}


def _checked(root: Path, new: NewSource) -> Template:
    if not (root / SOURCES).is_dir():
        raise ConfigError(root, None, f"there is no {SOURCES} here", "go to the project's folder")
    if not NAME.fullmatch(new.name) or keyword.iskeyword(new.name):
        right = "2 to 40 small letters, digits and _, a letter first, no word of Python: make new-source NAME=acme_news"
        raise ConfigError("NAME", None, f"{new.name!r} is no name for a source", right)
    if new.name in plugins() or new.name in OWN or (root / SOURCES / f"{new.name}.py").exists():
        taken = f"the name {new.name} is taken"
        raise ConfigError("NAME", None, taken, "another name; `python -m services.crawler sources` lists those in use")
    if (root / FIXTURES / new.name).exists():
        right = f"another name, or delete {FIXTURES / new.name}, which belongs to no source"
        raise ConfigError("NAME", None, f"there is a fixture folder {new.name} already", right)
    if new.kind not in TEMPLATES:
        right = f"one of {', '.join(TEMPLATES)}: make new-source NAME={new.name} KIND=feed"
        raise ConfigError("KIND", None, f"{new.kind!r} is no kind that a source can begin with", right)
    return TEMPLATES[new.kind]


def _defaults(new: NewSource, template: Template) -> SourceDefaults:
    """On paper only: it stays off until somebody has seen it work."""
    made_up = f"https://www.{new.name.replace('_', '-').rstrip('-')}.example{template.path}"
    why = "nobody has seen it live yet" if new.address else "it has no address yet"
    try:
        return SourceDefaults.model_validate(
            {
                "address": new.address or made_up,
                "outlet": _one_line(new.outlet) or new.name.replace("_", " ").strip().title(),
                "language": new.language,
                "evidence": "U",
                "enabled": False,
                "why_off": why,
                "reliability": "F",
                "reliability_why": "nobody has judged it yet",
            }
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        wrong = f"{first['input']!r}: {first['msg']}"
        raise ConfigError(
            str(first["loc"][0]).upper(), None, wrong, "such as ADDRESS=https://www.acme.example/news/ LANGUAGE=en"
        ) from error


def _one_line(text: str) -> str:
    """The text without line ends, and without what cannot be seen."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


def _about(defaults: SourceDefaults) -> str:
    return (
        f"Asks {defaults.address} (evidence U: no documentation was read, nobody has seen it live).\n"
        "The page is written by hand in the usual form of its kind; headlines and addresses are invented.\n"
    )


def steps(new: NewSource) -> Sequence[str]:
    """What to do next, for people."""
    return (
        f"make test-source NAME={new.name}",
        f"set the address, outlet and options in {SOURCES / f'{new.name}.py'}",
        f"CRAWLER_CONTACT=you@your.org python -m services.crawler check {new.name} --keep",
        f"make fixture NAME={new.name}",
    )
