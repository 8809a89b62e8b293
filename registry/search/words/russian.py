"""Dictionary forms of Russian words, by pymorphy3 and the dictionary of OpenCorpora."""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pymorphy3

#: Readings that are less likely than this are slips of the dictionary.
_LEAST = 0.02
_MOST = 3
_RUSSIAN = re.compile("[а-я]+")
_lock = threading.Lock()


def lemmas(exact: str) -> tuple[str, ...]:
    """Return the dictionary forms that a word in its exact form can be of, the likeliest first.

    A word that is not in the dictionary is declined like those that end as it does.
    """
    if _RUSSIAN.fullmatch(exact) is None:
        # The dictionary knows nothing of it, and pymorphy3 fails on letters without a name.
        return (exact,)
    scores: dict[str, float] = defaultdict(float)
    with _lock:
        for parse in _analyzer().parse(exact):
            scores[parse.normal_form.replace("ё", "е")] += parse.score
    likely = sorted(scores, key=lambda form: -scores[form])
    return tuple(form for form in likely[:_MOST] if scores[form] >= _LEAST) or (exact,)


@lru_cache(maxsize=1)
def _analyzer() -> pymorphy3.MorphAnalyzer:
    """Return the analyzer, loaded when the first Russian word is read."""
    import pymorphy3  # noqa: PLC0415  Commands that read no word start without it.

    return pymorphy3.MorphAnalyzer()
