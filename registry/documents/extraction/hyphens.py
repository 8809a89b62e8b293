"""Decides whether a hyphen at the end of a line belongs to the word or only divides it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*")
_LAST = re.compile(r"([^\W\d_]+(?:[-‐‑][^\W\d_]+)*)[-‐‑]$")
_FIRST = re.compile(r"[^\W\d_]+")
#: «Silber- oder Schwebforellen», «invoer- en douanerechten»: the hyphen stands for what both words share.
_AND = frozenset(
    ("и", "или", "und", "oder", "bzw", "en", "of", "and", "or", "et", "ou", "y", "o", "және", "немесе", "і", "або")
)
#: A document that divides words does so in more than this share of its lines; compounds alone end fewer.
_DIVIDES = 0.03


class Hyphens:
    """The words of a document, which tell «научно-технический» from «согла-шение»."""

    def __init__(self, lines: Sequence[str]) -> None:
        """Learn the words that stand within lines, and whether the document divides words at all."""
        self._words = {word.casefold() for line in lines for word in _WORD.findall(line)}
        ended = sum(_LAST.search(line) is not None for line in lines)
        self._divides = ended > _DIVIDES * len(lines)

    def joint(self, line: str, following: str) -> str | None:
        """Return what `line` becomes so that `following` can follow without a space; None when no word is divided."""
        last, first = _LAST.search(line), _FIRST.match(following)
        if last is None or first is None or not following[0].islower() or first[0] in _AND:
            return None
        whole, compound = f"{last[1]}{first[0]}".casefold(), f"{last[1]}-{first[0]}".casefold()
        keep = compound in self._words if (whole in self._words) != (compound in self._words) else not self._divides
        return line if keep else line[:-1]
