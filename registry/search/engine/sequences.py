"""The words of an article in their order, as numbers: what tells whether words stand together, or are its heading.

Small words are left out, so that «вступление в силу» and "exchange of information" stand side by side like any
other term. A column of the index holds them; reading it costs as many bytes as the articles that are looked at have.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from registry.search.engine.leaves import distinct

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

#: Stands between the heading and the text of an article.
_BORDER = 0
_LOW_BITS = 0xFFFF
_POSITION = 0xFFFFFFFF


def stem_number(stem: str) -> int:
    """Return the number that stands for a stem: its CRC-32, which is good enough to tell neighbours apart."""
    return crc32(stem.encode()) or 1


def pack(heading: Iterable[str], text: Iterable[str]) -> bytes:
    """Return the column of an article: the stems of its heading and of its text, each in order, as 32-bit numbers."""
    return array("I", [*map(stem_number, heading), _BORDER, *map(stem_number, text)]).tobytes()


class Sequences:
    """The words of some articles one behind another, reduced to those that are looked for."""

    def __init__(self, packed: Sequence[bytes], wanted: Iterable[int]) -> None:
        """Keep of the packed articles the places of the numbers that are wanted."""
        numbers = np.frombuffer(b"".join(packed), np.uint32)
        lengths = np.array([len(item) // 4 for item in packed], np.int64)
        owner = np.repeat(np.arange(len(packed), dtype=np.int64), lengths)
        position = np.arange(len(numbers), dtype=np.int64) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        borders = np.flatnonzero(numbers == _BORDER)
        #: How many words the heading of each article has.
        self._heading = np.zeros(len(packed), np.int64)
        self._heading[owner[borders]] = position[borders]
        # A look at the low bits leaves few numbers to be compared one by one.
        table = np.zeros(_LOW_BITS + 1, np.bool_)
        table[np.fromiter(wanted, np.int64) & _LOW_BITS] = True
        kept = np.flatnonzero(table[numbers & _LOW_BITS])
        self._numbers = numbers[kept]
        self._places = (owner[kept] << 32) | position[kept]

    def of(self, numbers: list[int]) -> NDArray[np.int64]:
        """Return where any of these numbers stands: the article in the high bits, the position in the low ones."""
        mask = np.zeros(len(self._numbers), np.bool_)
        for number in numbers:
            mask |= self._numbers == np.uint32(number)
        return self._places[mask]

    def heads(self, places: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which articles have a word, which stands at `places`, in their heading."""
        found = np.zeros(len(self._heading), np.bool_)
        owner = places >> 32
        found[owner[(places & _POSITION) < self._heading[owner]]] = True
        return found

    def covered(self, lists: list[NDArray[np.int64]]) -> NDArray[np.float32]:
        """Return which share of the words of each heading is looked for, squared: 1 when it is the term."""
        places = distinct(np.sort(np.concatenate(lists)))
        owner = places >> 32
        held = np.bincount(owner[(places & _POSITION) < self._heading[owner]], minlength=len(self._heading))
        share: NDArray[np.float32] = (held / np.maximum(self._heading, 1)).astype(np.float32)
        return share**2
