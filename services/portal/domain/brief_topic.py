"""From a topic or a question to queries of the search: the asking words are taken out, names are kept whole.

`医鹿APP 现在怎么样?` asks for `医鹿APP`, `What is Alipay Health doing in insurance?` for `"Alipay Health" insurance`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.portal.domain.brief_names import Names
from services.portal.domain.brief_words import OTHER_TONGUE
from services.portal.domain.normalise import normalise

_FIELD = re.compile(r'-?[a-z_]+:(?=\S)(?:"[^"]*"|[^\s"]+)|-?"[^"]*"|-[^\s"-][^\s"]*')
_ASKS = re.compile(
    r"[?？]|^\s*请|介绍一下|总结一下|告诉我|最近|目前|现在|近期|怎么|什么|哪些|哪个|如何|为何|多少|吗\s*$|呢\s*$"
    r"|^\s*(?:what|how|who|which|when|where|why|is|are|does|do|did|has|have|can|will|tell|show|give)\b"
)
_ASKING = re.compile(
    r"请问|请(?:介绍|总结|概括|分析|说明)(?:一下|下)?|介绍(?:一下|下)|总结(?:一下|下)|告诉我|我想(?:知道|了解)|关于|有关|做了(?:些)?什么|在做什么|做什么"
    r"|怎么样了?|怎样了?|怎么|如何|为什么|为何|什么时候|什么|有哪些|哪些|哪个|哪家|是谁|谁|多少|是不是|有没有|是否"
    r"|最近|目前|现在|近期|如今|的?情况|的?进展|的?动态|的?消息|方面|发生了|[吗呢吧啊]\s*(?=[?？。！!\s]|$)"
)
_BETWEEN = re.compile(r"(?<=[\u4e00-\u9fff\s])(?:[的在对跟与了和是有向]|以及)|^[的在对跟与了和是有向]")
_JOINS = re.compile(r"^\s*(?:的|和|与|跟|及|以及|、|对|在)+|(?:和|与|跟|及|以及)\s*$")
"""What joins a name to the words around it."""
_STOP = (
    "what what's whats how how's who who's which when where why is are was were be been does do did doing done has have"
    " had can could will would should may might the a an of in on at to for with about by from as and or its it their"
    " they them there this that these those tell show give me us please know we i you happening happened going"
    " currently now recently lately latest today any some up new s doing say says said think"
)
_ENGLISH = frozenset(_STOP.split())
_WORD = re.compile(r"[^\s?？!！,，。;；、]+")
_ENDINGS = re.compile(r"(?<=[\u4e00-\u9fff])\s*(?:app|平台)$", re.IGNORECASE)
_LONG_RUN = re.compile(r"[\u4e00-\u9fff]{5,9}")
"""Several words without a blank between them, perhaps."""
_EDGE = " \t\r\n?？!！,，。;；、:：\"'“”‘’()（）"


@dataclass(frozen=True, slots=True)
class Way:
    """Queries that answer the topic in one breadth, and what they leave out of it."""

    queries: tuple[str, ...]
    """The words as they stand; the watched entities by their identifiers; the words in the other language."""
    left_out: tuple[str, ...] = ()
    """Words of the topic that are not asked for."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What a brief is about."""

    text: str
    """As it was typed."""
    words: tuple[str, ...]
    """Names and words that are looked for, the watched names first."""
    filters: tuple[str, ...]
    """Fields, phrases and what is not wanted, as they were typed."""
    named: Mapping[str, str]
    """Words that are names of watched entities, and whose; a product is its company's identifier with a number."""

    @property
    def heading(self) -> str:
        """What it is about, in short."""
        return " ".join((*self.words, *self.filters)) or self.text.strip()

    @property
    def entities(self) -> tuple[str, ...]:
        """The watched entities that it names."""
        return tuple(dict.fromkeys(self.named.values()))

    def ways(self) -> tuple[Way, ...]:
        """From the narrowest to the broadest: words go from the end, and a long run of characters is cut in two."""
        found = [self._way(self.words)]
        if len(self.words) == 1 and _LONG_RUN.fullmatch(self.words[0]):
            only = self.words[0]
            found += [Way((self._query((only[:at], only[at:])),)) for at in range(len(only) - 2, 1, -1)]
        found += [self._way(self.words[:kept], self.words[kept:]) for kept in range(len(self.words) - 1, 0, -1)]
        return tuple(found)

    def _way(self, kept: tuple[str, ...], left_out: tuple[str, ...] = ()) -> Way:
        companies = {word: key for word, key in self.named.items() if word in kept and "/" not in key}
        plain = [word for word in kept if word not in companies]
        by_key = tuple(f"entity:{key}" for key in dict.fromkeys(companies.values()))
        queries = [self._query(kept)]
        if companies:
            queries.append(self._query((*by_key, *plain)))
        other = [OTHER_TONGUE.get(normalise(word), "") for word in plain]
        if plain and all(other):
            queries.append(self._query((*(by_key or ()), *other)))
        return Way(tuple(dict.fromkeys(queries)), left_out)

    def _query(self, words: tuple[str, ...]) -> str:
        return " ".join([*(_quoted(word) for word in words), *self.filters])


def topic_of(text: str, names: Names) -> Topic:
    """The topic of what was typed; of a question without anything else nothing is left."""
    filters: list[str] = []
    normal = normalise(text)
    rest = ""
    last = 0
    for part in _FIELD.finditer(normal):
        filters.append(text[part.start() : part.end()])
        rest += text[last : part.start()] + " "
        last = part.end()
    rest += text[last:]
    asks = _ASKS.search(normalise(rest)) is not None
    words = tuple(dict.fromkeys(_ENDINGS.sub("", word) or word for word in _words(rest, names, asks)))
    named: dict[str, str] = {}
    for word in words:
        for (start, end), key in names.spans(normalise(word)):
            if end - start == len(word):
                named[word] = key
    others = [word for word in words if word not in named]
    return Topic(text, (*named, *others), tuple(filters), named)


def _words(text: str, names: Names, asks: bool) -> Iterator[str]:
    """Names whole, in the order of the text, and the words between them."""
    normal, last = normalise(text), 0
    for (start, end), _ in names.spans(normal):
        if start < last:
            continue
        yield from _plain(text[last:start], asks, last > 0)
        yield text[start:end]
        last = end
    yield from _plain(text[last:], asks, last > 0)


def _plain(text: str, asks: bool, after_name: bool) -> Iterator[str]:
    if after_name:
        text = _JOINS.sub(" ", text)
    if asks:
        text = _BETWEEN.sub(" ", _ASKING.sub(" ", text))
    for found in _WORD.finditer(text):
        word = found[0].strip(_EDGE)
        if asks and normalise(word).removesuffix("'s") in _ENGLISH:
            continue
        if len(word) > 1 or word.isdigit() or "\u4e00" <= word <= "\u9fff":
            yield word


def _quoted(word: str) -> str:
    if word.startswith("entity:"):
        return word
    return f'"{word}"' if re.search(r"[\s:\-]", word) and '"' not in word else word
