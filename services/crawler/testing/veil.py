"""An answer (HTML, XML, JSON, JSONP) with its text replaced; markup, keys, times and the shape of links stay.

It is cut by patterns and put together again, not parsed and written anew: what is odd about an answer is what its
fixture is kept for.
"""

import html
import json
import re
from typing import Any

from services.crawler.domain.charset import decode
from services.crawler.testing.placeholders import address_like, is_address, placeholder

_TOKEN = re.compile(
    r"<!--(?P<comment>.*?)(?:-->|\Z)|<!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)"
    r"|(?P<open><script\b[^>]*>)(?P<script>.*?)(?P<shut></script\s*>|\Z)"
    r"|(?P<css><style\b[^>]*>)(?P<style>.*?)(?P<end></style\s*>|\Z)"
    r"|(?P<tag><[!?/A-Za-z][^<>]*>)",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""([\w:.-]+)(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'<>]+)""")
_LINKS = frozenset({"href", "src", "action", "data-href", "data-src", "data-url", "poster", "srcset", "cite"})
_STAYS_WORDS = (
    "class id rel type name property itemprop itemtype itemscope lang xml:lang charset http-equiv version encoding "
    "standalone xmlns style width height target role method media isPermaLink datetime"
)
_STAYS = frozenset(_STAYS_WORDS.split())
"""Attributes that are markup."""
_STRING = re.compile(
    r'"(?:[^"\\\n]|\\.)*"' r"|'(?:[^'\\\n]|\\.)*'" r"|`(?:[^`\\]|\\.)*`|/\*.*?\*/|(?<![:\\])//[^\n]*", re.DOTALL
)
_NAME = re.compile(r"<[A-Za-z][\w:.-]*")
_BARE = re.compile(r"[^\W\d][\w:.-]*")
_FLAG = re.compile(
    r"(?:data|v|ng|x|amp)-[a-z-]{1,20}|async|defer|hidden|checked|disabled|selected|required|itemscope|nomodule|"
    r"crossorigin|allowfullscreen|autoplay|controls|loop|muted|multiple|novalidate|readonly|nowrap|noshade"
)
"""Attributes without a value."""
_CALL = re.compile(r"^([\s/*]*[\w.$]+\s*\()(.*)(\)\s*;?\s*)$", re.DOTALL)
_MARKUP = re.compile(r"<[!?/A-Za-z][^<>]*>")
_META = re.compile(
    r"\b(?:name|property|http-equiv|charset)\s*=\s*[\"']?(?:viewport|content-type|robots|renderer)", re.IGNORECASE
)


def veiled(body: bytes, charset: str | None = None) -> bytes:
    """The answer, in its own charset. Never raises: what is no known form is taken as text."""
    codec = _codec(body, charset)
    text = body.decode(codec, "replace") if codec else decode(body, charset)
    return _answer(text).encode(codec or "utf-8", "xmlcharrefreplace")


def _codec(body: bytes, charset: str | None) -> str | None:
    """The charset that the answer is written in, where one fits it wholly."""
    marks = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    marked = [codec for mark, codec in marks.items() if body.startswith(mark)]
    for codec in (*marked, "utf-8", charset, "gb18030"):
        try:
            if codec:
                body.decode(codec)
                return codec
        except (UnicodeDecodeError, LookupError):
            continue
    return None


def _answer(text: str) -> str:
    call = _CALL.match(text)
    before, inner, after = call.groups() if call else ("", text, "")
    try:
        value = json.loads(inner)
    except (ValueError, RecursionError):
        return _markup(text)
    return f"{before}{json.dumps(_json(value), ensure_ascii=False, indent=1)}{after}\n"


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_json(one) for one in value]
    return _value(value) if isinstance(value, str) else value


def _value(text: str) -> str:
    """A value of JSON or of a script: a link, JSON again, markup, or words."""
    if is_address(text):
        return address_like(text)
    if text.lstrip()[:1] in ("{", "["):
        try:
            return json.dumps(_json(json.loads(text)), ensure_ascii=False)
        except (ValueError, RecursionError):
            pass
    return _markup(text) if _MARKUP.search(text) else placeholder(text)


def _markup(text: str) -> str:
    """Markup with the text between and inside tags replaced."""
    parts, at = list[str](), 0
    for token in _TOKEN.finditer(text):
        parts += [_words(text[at : token.start()]), _token(token)]
        at = token.end()
    return "".join([*parts, _words(text[at:])])


def _token(token: re.Match[str]) -> str:
    if token["comment"] is not None:
        return f"<!--{_value(token['comment'])}-->"
    if token["cdata"] is not None:
        return f"<![CDATA[{_value(token['cdata'])}]]>"
    if token["open"] is not None:
        return f"{_tag(token['open'])}{_script(token['script'])}{token['shut']}"
    if token["css"] is not None:
        return f"{token['css']}{token['end']}"
    return _tag(token["tag"])


def _tag(tag: str) -> str:
    if tag.startswith(("<!", "<?", "</")) or _META.search(tag):
        return tag

    def one(found: re.Match[str]) -> str:
        name, equals, quoted = found.groups()
        mark = quoted[0] if quoted[0] in "\"'" else ""
        value = html.unescape(quoted.strip(mark) if mark else quoted)
        if name.lower() in _STAYS or name.startswith("xmlns"):
            return found[0]
        said = address_like(value) if name.lower() in _LINKS else _value(value)
        return f"{name}{equals}{mark}{html.escape(said, quote=bool(mark))}{mark}"

    head = _NAME.match(tag)
    parts, at = [head[0] if head else ""], head.end() if head else 0
    for found in _ATTRIBUTE.finditer(tag, at):
        parts += [_leftover(tag[at : found.start()]), one(found)]
        at = found.end()
    return "".join([*parts, _leftover(tag[at:])])


def _leftover(text: str) -> str:
    """What a tag holds besides names with values: bare names, and where quotes are astray the words of a value."""
    return _BARE.sub(lambda found: found[0] if _FLAG.fullmatch(found[0]) else placeholder(found[0]), text)


def _script(text: str) -> str:
    """JSON as such; of a program its strings, and no comments; XML inside a script as markup."""
    try:
        return json.dumps(_json(json.loads(text)), ensure_ascii=False)
    except (ValueError, RecursionError):
        pass
    if text.lstrip().startswith("<"):
        return _markup(text)
    return _STRING.sub(_literal, text)


def _literal(found: re.Match[str]) -> str:
    mark, inner = found[0][0], found[0][1:-1]
    if mark == "/":
        return ""
    if mark == '"':
        try:
            return json.dumps(_value(json.loads(found[0])), ensure_ascii=False)
        except ValueError:
            pass
    return f"{mark}{placeholder(inner) if not is_address(inner) else address_like(inner)}{mark}"


def _words(text: str) -> str:
    """Text between tags: entities are read first, since they may hold letters, or a whole article's markup."""
    if not text.strip():
        return text
    plain = html.unescape(text)
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    inner = _value(html.unescape(text[start:end])) if plain else ""
    return f"{text[:start]}{html.escape(inner, quote=False)}{text[end:]}"
