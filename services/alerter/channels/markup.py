"""Text for services whose Markdown knows no escape, and links for any.

Neither DingTalk nor WeCom documents a way to write a sign of its markup as a sign, so that those signs are shown as
their full-width twins: readable, and never a link, a mention or a tag.
"""

from dataclasses import dataclass
from urllib.parse import quote

from services.alerter.domain.presentation import Presented, point_lines

_TWINS = str.maketrans("*_`~#|<>[]\\@", "＊＿｀～＃｜＜＞［］＼＠")
_KEPT = "!$&'*+,-./:;=?@_~%#[]"
"""Signs of an address that stay; round brackets, blanks, quotes and angle brackets would end a link."""


def harmless(text: str) -> str:
    """The text without a sign that any Markdown reads."""
    return text.translate(_TWINS)


def is_web(url: str) -> bool:
    """Whether it may be made a link."""
    return url.startswith(("http://", "https://"))


def address(url: str) -> str:
    """A web address that ends no link early: what could is percent-encoded."""
    return quote(url, safe=_KEPT)


@dataclass(frozen=True)
class Dialect:
    """How one service writes Markdown."""

    between: str
    """Stands between two lines."""
    quote: str = "> "
    quiet: str = "{}"
    """How a remark is written, with `{}` for the text."""

    def link(self, text: str, url: str) -> str:
        """A link, or the text alone where the address is none."""
        return f"[{harmless(text)}]({address(url)})" if is_web(url) else harmless(text)

    def page(self, shown: Presented) -> str:
        """The whole alert."""
        lines = [f"**{harmless(shown.headline)}**", self.link(shown.title, shown.url), harmless(shown.source)]
        lines += [harmless(line) for line in shown.lines]
        lines += [f"{harmless(name)}: {harmless(value)}" for name, value in shown.facets]
        lines += [f"**+ {harmless(line)}**" for line in shown.news]
        lines += [f"→ {harmless(line)}" for line in shown.later]
        for line, said in shown.events:
            lines += [f"• {harmless(line)}"] * (len(shown.events) > 1)
            lines += [f"{self.quote}{harmless(said)}"] if said else []
        lines += [harmless(line) for line in (*shown.summary, *point_lines(shown))]
        if shown.reports:
            lines += [harmless(shown.reports_head), *(f"- {self.link(line, url)}" for line, url in shown.reports)]
        lines += [self.quiet.format(harmless(line)) for line in (shown.times, shown.why, shown.key) if line]
        return self.between.join(lines)
