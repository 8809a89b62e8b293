"""What is different between two versions, or two translations, of one text: words put in, words taken out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rapidfuzz.distance import Indel

from registry.documents.alignment import aligned

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rapidfuzz.distance import Opcodes

    from registry.documents.models import Article

#: A word with the space after it; a sign stands for itself, so that a comma more is a comma, not a word.
_TOKEN = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*\s*|[\W_]\s*")
#: More tokens than this on either side are compared by lines, and more lines as a whole: the time and the memory that
#: a comparison takes grow with the product.
_MOST_TOKENS = 20_000


class Edit(StrEnum):
    """What became of a stretch of text."""

    SAME = "same"
    DELETED = "deleted"
    INSERTED = "inserted"


@dataclass(frozen=True)
class Stretch:
    """A stretch of text and what became of it."""

    edit: Edit
    text: str


@dataclass(frozen=True)
class Compared:
    """A piece of both texts, or of one of them only, with what is different in it."""

    before: Article | None
    after: Article | None
    stretches: list[Stretch]

    @property
    def is_same(self) -> bool:
        """Return whether nothing is different."""
        return all(stretch.edit == Edit.SAME for stretch in self.stretches)


def compare(before: Sequence[Article], after: Sequence[Article]) -> list[Compared]:
    """Return the pieces of two texts with their differences, in order.

    A piece that only one of them has is deleted, or inserted, as a whole. What both are called is not among the words.
    """
    return [
        Compared(pair.left, pair.right, differences(*_words(pair.left, pair.right))) for pair in aligned(before, after)
    ]


def _words(before: Article | None, after: Article | None) -> tuple[str, str]:
    if before is None or after is None:
        return before.words if before else "", after.words if after else ""
    if (before.label, before.heading) == (after.label, after.heading):
        return before.words, after.words
    return before.text.strip(), after.text.strip()


def differences(before: str, after: str) -> list[Stretch]:
    """Return the fewest words whose deletion and insertion make `after` of `before`; spaces between words do not count.

    The stretches that are not inserted join to `before`, those that are not deleted to `after`, up to spaces.
    """
    for cut in (_TOKEN.findall, _lines, _whole):
        old, new = cut(before), cut(after)
        if max(len(old), len(new)) <= _MOST_TOKENS:
            break
    opcodes = Indel.opcodes([token.strip() for token in old], [token.strip() for token in new])
    return _readable(_stretches(opcodes, old, new))


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _whole(text: str) -> list[str]:
    return [text]


def _stretches(opcodes: Opcodes, old: list[str], new: list[str]) -> Iterable[tuple[str, str, str]]:
    """Yield (the same in both, deleted, inserted), of which either the first or the others are there."""
    deleted, inserted = "", ""
    for code in opcodes:
        ours, theirs = "".join(old[code.src_start : code.src_end]), "".join(new[code.dest_start : code.dest_end])
        if code.tag != "equal":
            deleted, inserted = deleted + ours, inserted + theirs
            continue
        if deleted or inserted:
            yield "", deleted, inserted
        deleted, inserted = "", ""
        yield theirs, "", ""
    if deleted or inserted:
        yield "", deleted, inserted


def _readable(found: Iterable[tuple[str, str, str]]) -> list[Stretch]:
    """Join changes between which only a short word is the same by chance («и», “of”), as a person would mark them."""
    kept: list[tuple[str, str, str]] = []
    for same, deleted, inserted in found:
        if (
            not same
            and len(kept) > 1
            and kept[-1][0]
            and "\n" not in kept[-1][0]
            and len(kept[-1][0]) <= min(_weight(kept[-2]), _weight(("", deleted, inserted)))
        ):
            island = kept.pop()[0]
            _, old, new = kept.pop()
            kept.append(("", old + island + deleted, new + island + inserted))
        else:
            kept.append((same, deleted, inserted))
    return [
        Stretch(edit, text)
        for same, deleted, inserted in kept
        for edit, text in ((Edit.SAME, same), (Edit.DELETED, deleted), (Edit.INSERTED, inserted))
        if text
    ]


def _weight(change: tuple[str, str, str]) -> int:
    """Return how long a change is: the shorter of what was taken out and what was put in its place."""
    return min(len(change[1]), len(change[2]))
