"""The numbers that Word writes before paragraphs and does not keep in the text (ISO/IEC 29500-1, 17.9)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACE = re.compile(r"%([1-9])")
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_BULLET = "•"
_LARGEST_ROMAN = 3999
_LONGEST_CHAIN = 20


def w(name: str) -> str:
    """Return `name` in the namespace of word processing."""
    return _W + name


def is_on(switch: _Element | None) -> bool:
    """Return whether a property is there and not switched off."""
    return switch is not None and switch.get(w("val"), "true") not in ("0", "false", "off")


@dataclass(frozen=True)
class _Level:
    """How a level of a list counts; `arabic` writes the numbers of the levels above it in digits too."""

    start: int
    form: str
    text: str
    arabic: bool


class Numbering:
    """Counts the numbered paragraphs of a document: ask for the label of each in their order."""

    def __init__(self, numbering: _Element | None, styles: _Element | None) -> None:
        """Read the lists from the parts «numbering» and «styles», which a document may lack."""
        self._styles: dict[str | None, _Element] = {}
        if styles is not None:
            self._styles = {style.get(w("styleId")): style for style in styles.iter(w("style"))}
        self._lists: dict[str | None, _Element] = {}
        self._instances: dict[str | None, _Element] = {}
        if numbering is not None:
            self._lists = {found.get(w("abstractNumId")): found for found in numbering.iter(w("abstractNum"))}
            self._instances = {found.get(w("numId")): found for found in numbering.iter(w("num"))}
        self._levels: dict[str | None, dict[int, _Level]] = {}
        self._counts: dict[str | None, dict[int, int]] = {}
        self._begun: set[str | None] = set()

    def label(self, paragraph: _Element) -> str:
        """Return what Word writes before `paragraph`, with a space after it; nothing for one without a number."""
        given = self._given(paragraph)
        instance = self._instances.get(given[0]) if given else None
        if given is None or instance is None:
            return ""
        key, depth = given
        shared = _value(instance, "abstractNumId")
        levels = self._levels_of(key, instance, shared)
        level = levels.get(depth)
        if level is None or level.form == "none":
            return ""
        if level.form == "bullet":
            return f"{_BULLET} "
        counts = self._counts.setdefault(shared, {})
        if key not in self._begun:
            self._begun.add(key)
            for override in instance.iter(w("lvlOverride")):
                if override.find(w("startOverride")) is not None:
                    counts.pop(_whole(override.get(w("ilvl"))), None)
        counts[depth] = counts[depth] + 1 if depth in counts else level.start
        for deeper in [found for found in counts if found > depth]:
            del counts[deeper]
        text = _PLACE.sub(lambda place: _count(levels, counts, int(place[1]) - 1, level), level.text).strip()
        return f"{text} " if text else ""

    def _given(self, paragraph: _Element) -> tuple[str | None, int] | None:
        """Return list and level of a paragraph: its own, or those of its style."""
        properties = paragraph.find(w("pPr"))
        if properties is None:
            return None
        own = properties.find(w("numPr"))
        depth = None if own is None else _value(own, "ilvl")
        key = None if own is None else _value(own, "numId")
        for style in self._chain(_value(properties, "pStyle")):
            numbered = style.find(f"{w('pPr')}/{w('numPr')}")
            if key is None and numbered is not None:
                key = _value(numbered, "numId")
                depth = depth or _value(numbered, "ilvl") or self._depth_of(key, style.get(w("styleId")))
        return None if key in (None, "0") else (key, _whole(depth))

    def _chain(self, name: str | None) -> Iterator[_Element]:
        for _ in range(_LONGEST_CHAIN):
            style = self._styles.get(name)
            if style is None:
                return
            yield style
            name = _value(style, "basedOn")

    def _depth_of(self, key: str | None, style: str | None) -> str | None:
        """Return the level that a list keeps for a style."""
        instance = self._instances.get(key)
        shared = None if instance is None else self._lists.get(_value(instance, "abstractNumId"))
        for level in () if shared is None else shared.iter(w("lvl")):
            if _value(level, "pStyle") == style:
                return level.get(w("ilvl"))
        return None

    def _levels_of(self, key: str | None, instance: _Element, shared: str | None) -> dict[int, _Level]:
        if key not in self._levels:
            found: dict[int, _Level] = {}
            for source in self._sources(shared):
                found |= {_whole(level.get(w("ilvl"))): _level(level) for level in source.iter(w("lvl"))}
            for override in instance.iter(w("lvlOverride")):
                depth, level = _whole(override.get(w("ilvl"))), override.find(w("lvl"))
                if level is not None:
                    found[depth] = _level(level)
                start = _value(override, "startOverride")
                if start is not None and depth in found:
                    found[depth] = replace(found[depth], start=_whole(start))
            self._levels[key] = found
        return self._levels[key]

    def _sources(self, shared: str | None) -> Iterator[_Element]:
        """Yield the definitions of a list: its own, and that of the style which it may refer to."""
        own = self._lists.get(shared)
        if own is None:
            return
        yield own
        for style in self._chain(_value(own, "numStyleLink")):
            other = self._instances.get(_value(style, f"pPr/{_W}numPr/{_W}numId"))
            linked = None if other is None else self._lists.get(_value(other, "abstractNumId"))
            if linked is not None:
                yield linked


def _level(level: _Element) -> _Level:
    return _Level(
        start=_whole(_value(level, "start"), 1),
        form=_value(level, "numFmt") or "decimal",
        text=_value(level, "lvlText") or "",
        arabic=is_on(level.find(w("isLgl"))),
    )


def _value(element: _Element, name: str) -> str | None:
    found = element.find(w(name))
    return None if found is None else found.get(w("val"))


def _whole(text: str | None, otherwise: int = 0) -> int:
    """Return a number of the file, bounded as Word bounds it; `otherwise` where there is none."""
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 6 else otherwise  # noqa: PLR2004


def _count(levels: dict[int, _Level], counts: dict[int, int], depth: int, shown: _Level) -> str:
    level = levels.get(depth)
    if level is None:
        return ""
    return _written(counts.get(depth, level.start), "decimal" if shown.arabic else level.form)


def _written(number: int, form: str) -> str:
    if form == "none":
        return ""
    if form in ("upperRoman", "lowerRoman") and 0 < number <= _LARGEST_ROMAN:
        text = ""
        for value, sign in _ROMAN:
            text += sign * (number // value)
            number %= value
        return text.upper() if form == "upperRoman" else text
    alphabet = {"upperLetter": _LATIN, "lowerLetter": _LATIN, "russianUpper": _RUSSIAN, "russianLower": _RUSSIAN}.get(
        form
    )
    if alphabet and number > 0:
        # After the last letter Word doubles them: aa, bb, cc.
        text = alphabet[(number - 1) % len(alphabet)] * min((number - 1) // len(alphabet) + 1, _LONGEST_CHAIN)
        return text.upper() if form.startswith(("upper", "russianUpper")) else text
    return f"{number:02d}" if form == "decimalZero" else str(number)
