"""Documents that no newspaper should send, and what has to become of each."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.messages.topics import CLASSIFIED, DEAD_LETTERS, PARKED

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
FINED = "阿里健康因广告违法被市场监管局罚款45万元。"
CONTROL = "control characters, replaced"
DIRECTION = "marks of writing direction"
FUTURE = "date in the future, not used"
LANGUAGE = "language not read, nothing guessed"
LONG = "long text, not read to its end"
MARKUP = "markup in the text"


@dataclass(frozen=True)
class Bad:
    """A message, the topic where its outcome stands, and what is said to be odd about it."""

    name: str
    value: bytes
    topic: str
    odd: tuple[str, ...]

    @property
    def document_id(self) -> str:
        """Of the document, where it can be read."""
        return id_of(self.name)


def id_of(name: str) -> str:
    """A document's id made of its name."""
    return hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()


def bad(name: str, *odd: str, topic: str = CLASSIFIED.name, **fields: object) -> Bad:
    """The document about the fine, with these fields instead of its own."""
    document = {
        "version": 1,
        "document_id": id_of(name),
        "revision": 1,
        "url": f"https://example.com/{id_of(name)}",
        "source": "test",
        "title": "阿里健康被罚",
        "paragraphs": [FINED],
        "language": "zh-Hans",
        "times": {"first_seen": NOW.isoformat()},
    }
    return Bad(name, json.dumps(document | fields, ensure_ascii=False).encode("utf-8", "backslashreplace"), topic, odd)


def on(at: str) -> dict[str, str]:
    """A date of publication."""
    return {"at": at, "precision": "minute"}


BAD_DOCUMENTS = (
    bad("empty text", "no text", title="", paragraphs=[]),
    bad("blank paragraphs", "no text", title=" ", paragraphs=["", " \n ", "\u3000"]),
    bad("title only", "title only", paragraphs=[]),
    bad("a line of 2 MB", LONG, paragraphs=[FINED * 32_000]),
    bad("a line of 2 MB without a full stop", LONG, paragraphs=["阿里健康被罚款" * 95_000]),
    bad("a title of 2 MB", "long title, cut", title="阿里健康" * 166_000),
    bad("many empty paragraphs", paragraphs=[""] * 100_000 + [FINED]),
    bad("mixed scripts", paragraphs=[f"阿里健康 Alibaba Health アリババ 알리바바 был оштрафован {FINED}"]),
    bad("control characters", CONTROL, title="阿里健康\x00被罚", paragraphs=[f"\x1b[1m{FINED}\x07\x7f"]),
    bad("right to left", DIRECTION, paragraphs=[f"\u202e{FINED}\u202c \u200f\u2067x\u2069"]),
    bad("markup", MARKUP, paragraphs=[f'<p class="a">{FINED}</p><script>var a = 1;</script>&nbsp;']),
    bad("a date in the future", FUTURE, published=on("2031-01-01T00:00:00+08:00")),
    bad("the last date there is", FUTURE, published=on("9999-12-31T23:59:59-12:00")),
    bad("the first date there is", published=on("0001-01-01T00:00:00+14:00")),
    bad("tomorrow in the east", published=on("2026-11-23T00:00:00+14:00")),
    bad(
        "another language",
        LANGUAGE,
        language="other",
        title="アリババ健康が罰金",
        paragraphs=["阿里健康は罰款を科された。"],
    ),
    bad("a language that no version names", LANGUAGE, language="fr", paragraphs=["Alibaba Health a été condamnée."]),
    bad(
        "everything at once",
        "long title, cut",
        "title only",
        CONTROL,
        DIRECTION,
        MARKUP,
        FUTURE,
        LANGUAGE,
        title="\x00\u202e<b>阿里健康</b>" * 100_000,
        paragraphs=[],
        language="xx",
        published=on("2999-01-01T00:00:00Z"),
    ),
    bad("a language that is a number", topic=DEAD_LETTERS.name, language=3),
    bad("a lone surrogate", topic=DEAD_LETTERS.name, title="\ud800"),
    bad("a later version", topic=PARKED.name, version=2),
)
