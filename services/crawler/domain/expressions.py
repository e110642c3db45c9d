"""Regular expressions that people write into the configuration: none may take more than a moment on any address."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"\\(?:.|$)|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?(?:P?<\w+>|[:=!]|<[=!]|[aiLmsux-]+[:)]))?|\)|\||\{\d*(?:,\d*)?\}|[*+]|.",
    re.DOTALL,
)
"""An escape, a set, the begin of a group, its end, a choice, a repetition, any other sign."""
_GROUP = re.compile(r"\((?!\?[aiLmsux-]+\)).*", re.DOTALL)


_FIXED = re.compile(r"\{([01])?(?:,[01]?)?\}|\?")
"""A repetition that is none: once at most."""


@dataclass
class _Part:
    """A group that is being read: whether it can be read in several ways, of different lengths or not."""

    varies: bool = False


def costly(expression: str) -> str:
    """Why an expression may take time beyond measure, as (a+)+$ does on aaaa!; empty when none is seen.

    Python's engine tries every way to share a text among a repetition and what repeats within it: so what repeats may
    hold neither another repetition nor a choice. Of repetitions of any sign (.*) two are taken.
    """
    stack, last, before, anything = [_Part()], _Part(), "", 0
    for sign in _TOKEN.findall(expression):
        repeats = sign in ("*", "+") or (sign.startswith("{") and len(sign) > 1)
        if _GROUP.fullmatch(sign):
            stack.append(_Part())
        elif sign == ")" and len(stack) > 1:
            last = stack.pop()
            stack[-1].varies |= last.varies
        elif repeats and last.varies and not _FIXED.fullmatch(sign):
            return "a repetition within a repetition, or a choice within one"
        elif sign in ("|", "?") or repeats:
            anything += sign in ("*", "+") and before == "."
            last = _Part(varies=sign != "?" or last.varies)
            stack[-1].varies = True
        else:
            last = _Part()
        before = sign
    return "more than two repetitions of any sign" if anything > 2 else ""
