"""Words that are one for a search although the Snowball stemmers part them: ратификация, ратифицировать.

The groups stand in `registry/data/synonyms.json`, a file to be edited; its "about" says how. An instance can have a
file of its own beside it. These are forms and derivations of one word. Expressions, translations and words of like
meaning belong to the thesaurus.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import snowballstemmer

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path

_BUNDLED = files("registry") / "data" / "synonyms.json"
#: Names of Snowball's algorithms. Kazakh and Belarusian words have stemmers of ours, which are mended themselves.
_ALGORITHMS = {"de": "german", "en": "english", "es": "spanish", "fr": "french", "nl": "dutch", "ru": "russian"}


def same_word(stem: str) -> str:
    """Return the stem that stands for all words of the group of `stem`; `stem` itself when it has no group.

    `stem` is what Snowball makes of a word in its exact form, and what comes back is the stem of the first word of the
    group.
    """
    return _GROUPS.representatives.get(stem, stem)


def use(*additions: Path) -> None:
    """Read the bundled groups and those of `additions` anew; for the start of an application.

    Stems that others keep (indexes, caches) are of the groups that held before: see `fingerprint`.
    """
    _GROUPS.read(*additions)


def additions() -> tuple[Path, ...]:
    """Return the files that are used beside the bundled one: for a process that has to read words as this one does."""
    return _GROUPS.additions


def fingerprint() -> str:
    """Return a short text that changes whenever `same_word` would answer otherwise, so that indexes are rebuilt."""
    return _GROUPS.fingerprint


def load(*paths: Path | Traversable) -> dict[str, str]:
    """Return for each stem of the groups in `paths` the stem that stands for its group.

    A group of a later file that shares a word with one of an earlier file adds its words to that one. ValueError
    names the file and the entry that is not as it must be: not an object with "language" and "words", a language that
    Snowball does not know, no words or something that is not one word, a word (or another with the same stem) of
    another group.
    """
    representatives: dict[str, str] = {}
    for path in paths:
        entry_of: dict[str, int] = {}
        for number, entry in enumerate(_entries(path), start=1):
            where = f"{path.name}, entry {number}"
            stems = _stems(entry, where)
            for word, stem in stems.items():
                if stem in entry_of:
                    raise ValueError(f"{where}: «{word}» is in entry {entry_of[stem]} already, itself or by its stem")
            known = {representatives[stem] for stem in stems.values() if stem in representatives}
            if len(known) > 1:
                raise ValueError(f"{where}: joins groups that are two: {', '.join(sorted(known))}")
            first = known.pop() if known else next(iter(stems.values()))
            for stem in stems.values():
                representatives[stem] = first
                entry_of[stem] = number
    return representatives


def _entries(path: Path | Traversable) -> list[Any]:
    """Return the entries of a file, of which nothing is known but that they are a list."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name}: not JSON in UTF-8: {error}") from error
    groups = content.get("groups") if isinstance(content, dict) else None
    if not isinstance(groups, list):
        raise ValueError(f'{path.name}: must be an object with a list of "groups"')  # noqa: TRY004 - the file is wrong.
    return groups


def _stems(entry: Any, where: str) -> dict[str, str]:
    """Return the stems of the words of one entry, in their order."""
    if not isinstance(entry, dict) or set(entry) != {"language", "words"}:
        raise ValueError(f'{where}: must be an object with "language" and "words"')
    language, words = entry["language"], entry["words"]
    if not isinstance(language, str) or language not in _ALGORITHMS:
        raise ValueError(f"{where}: unknown language {language!r}; known are {', '.join(_ALGORITHMS)}")
    if not isinstance(words, list) or not words:
        raise ValueError(f"{where}: has no words")
    stemmer = snowballstemmer.stemmer(_ALGORITHMS[language])
    stems: dict[str, str] = {}
    for word in words:
        exact = unicodedata.normalize("NFKC", word).casefold().replace("ё", "е") if isinstance(word, str) else ""
        if not exact.isalpha():
            raise ValueError(f"{where}: {word!r} is not one word")
        stems[word] = stemmer.stemWord(exact)
    return stems


class _Groups:
    """The groups in use, read when they are first asked for."""

    def __init__(self) -> None:
        self._found: dict[str, str] | None = None
        self._fingerprint = ""
        self.additions: tuple[Path, ...] = ()

    @property
    def representatives(self) -> dict[str, str]:
        if self._found is None:
            self.read()
        return self._found or {}

    @property
    def fingerprint(self) -> str:
        if self._found is None:
            self.read()
        return self._fingerprint

    def read(self, *additions: Path) -> None:
        """Take the bundled groups and those of `additions`; when one is broken, the groups stay as they were."""
        found = load(_BUNDLED, *additions)
        content = json.dumps(sorted(found.items()), ensure_ascii=False)
        self._found, self.additions = found, additions
        self._fingerprint = hashlib.sha256(content.encode()).hexdigest()[:16]


_GROUPS = _Groups()
