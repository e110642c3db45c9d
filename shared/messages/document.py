"""What the crawler found."""

from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field

from shared.messages.common import Frozen, Language, Published, Reliability, Rights, Role, Times


def _known(language: object) -> object:
    """A language that no version here names is `other`: the document is kept, its language is not guessed."""
    return "other" if isinstance(language, str) and language not in get_args(Language) else language


class DocumentFound(Frozen):
    """A new article, or a new revision of a known one."""

    version: Literal[1] = 1
    document_id: str = Field(pattern=r"^[0-9a-f]{32}$")
    """Hash of the canonical address: the same article has the same id wherever it is met."""
    revision: int = Field(ge=1)
    """Counts changed texts of one article, from 1."""
    url: str
    """Canonical address."""
    source: str
    """Name of the source that listed it."""
    outlet: str | None = None
    """Name of the publisher as readers know it."""
    role: Role = "alert"
    rights: Rights = "full"
    title: str
    paragraphs: tuple[str, ...]
    language: Annotated[Language, BeforeValidator(_known)]
    author: str | None = None
    published: Published | None = None
    matched: tuple[str, ...] = ()
    """Identifiers of watched entities and topics that let it through the crawler."""
    times: Times
    reliability: Reliability | None = None
    """Of the source; None from a writer that knew of none, which counts as F."""
