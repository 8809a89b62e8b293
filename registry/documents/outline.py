"""Where the pieces of a text begin, and what they are called."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from string import ascii_lowercase
from typing import TYPE_CHECKING

from registry.documents.fallbacks import inline_headings, numbered_runs
from registry.documents.frames import Closings, annex_at, begins_text, front_length, instrument_at, is_law, names_treaty
from registry.documents.headings import (
    LEVELS,
    MARKUP,
    PARAGRAPH,
    article_headings,
    chapter_heading,
    is_unfinished,
    lines_of,
)
from registry.documents.sequences import counted, runs

if TYPE_CHECKING:
    from registry.documents.headings import Heading

_LONGEST_HEADING = 150
_LONGEST_SENTENCE = 60
_LINES_OF_CHAPTERS = 8
_LONGEST_NAME = 300
_NEAR = 12
_FAR = 60
_LONGEST_NUMBER = 24
_LEADER = re.compile(r"(?:\s*\.){4,}\s*\d{0,4}$")
_GOES_ON = (",", ";", ":", "—", "–", "。", "，", "；", "：", "、")
_SENTENCE = re.compile(r"[^\W\d_]{3}[.;]\s|[。，；：]")
_PROTOCOL = re.compile("prot|прот|хаттама")
_NOT_IN_ANCHORS = re.compile(r"[^a-z0-9]+")


class PieceKind(StrEnum):
    """What a piece of a text is.

    FRONT stands before the text itself: a ratification law, the comment of a source, the title. CLOSING holds the
    testimonium and the signatures. ANNEX is an annex or another instrument of the same file, up to its first article.
    """

    FRONT = "front"
    PREAMBLE = "preamble"
    ARTICLE = "article"
    CLOSING = "closing"
    ANNEX = "annex"


@dataclass(frozen=True, slots=True)
class Mark:
    """The beginning of a piece, and what it is called."""

    start: int
    kind: PieceKind
    anchor: str
    number: str | None = None
    heading: str = ""
    label: str = ""
    part: str = ""


class Outline:
    """The beginnings of the pieces of one text."""

    def __init__(self, text: str) -> None:
        """Read `text`."""
        self._text = text
        self._lines = lines_of(text)
        self._starts = [line.start for line in self._lines]
        self._closings = Closings(text)
        self._names = Anchors()
        self._marks: list[Mark] = []
        # The annex or protocol that is being read: what its anchors begin with, and its name.
        self._scope, self._scope_name = "", ""

    def marks(self) -> list[Mark]:
        """Return where the pieces begin, in their order; the first begins with the text."""
        found = self._runs()
        if found:
            self._open(0, self._top(found[0][0], 0), "preamble")
            for place, run in enumerate(found):
                following = found[place + 1] if place + 1 < len(found) else []
                end = self._top(following[0], run[-1].line + 1) if following else len(self._lines)
                self._articles(run, found[place - 1][-1].line + 1 if place else 0, end)
                self._close(run[-1], end, following)
        else:
            self._open(0, len(self._lines), "text")
            self._close(None, len(self._lines), [])
        return self._marks or [Mark(0, PieceKind.PREAMBLE, "text")]

    def _runs(self) -> list[list[Heading]]:
        """Return the headings of articles, or of what a text without articles is counted by."""
        within = inline_headings(self._text, self._starts, after_sentences=True)
        found = runs(article_headings(self._lines), within, self._lines)
        if len(found) > 1 and is_law(self._lines, found[0][0].line):
            return found[1:]
        if found:
            return found
        # A text without line breaks has its headings after the titles of chapters too.
        within = inline_headings(self._text, self._starts, after_sentences=False)
        return [run for run in counted(within) if run[0].number.is_first and len(run) > 1] or numbered_runs(self._lines)

    def _mark(
        self, start: int, kind: PieceKind, anchor: str, heading: Heading | None = None, words: str = "", part: str = ""
    ) -> str:
        """Begin a piece at `start`; return its anchor."""
        if self._marks and start <= self._marks[-1].start:
            return self._marks[-1].anchor
        taken = self._names.take(anchor)
        number = heading.number.text if heading is not None else ""
        label = heading.label if heading is not None else ""
        start = start if self._marks else 0
        self._marks.append(Mark(start, kind, taken, number[:_LONGEST_NUMBER] or None, words, _name(label), part))
        return taken

    def _open(self, first: int, end: int, body: str) -> None:
        """Begin the front and the preamble of the lines from `first` to `end`; the preamble is called `body`."""
        lines = self._lines[first:end]
        front = front_length(lines, capitals=body != "text")
        if front == len(lines) and body == "text":
            front = 0
        if front:
            self._mark(lines[0].start, PieceKind.FRONT, "front")
        if front < len(lines):
            self._mark(lines[front].start, PieceKind.PREAMBLE, body)

    def _articles(self, run: list[Heading], floor: int, end: int) -> None:
        """Begin the articles of `run`, which no chapter above the line `floor` belongs to; the last goes to `end`."""
        parts: list[tuple[int, str]] = []
        tops = []
        for heading in run:
            tops.append(self._chapters(heading, floor))
            floor = heading.line + 1
        for place, heading in enumerate(run):
            for count, (chapter, title) in enumerate(tops[place]):
                level = LEVELS.index(chapter.family)
                # What stands directly below another heading is within it, whatever rank its word has elsewhere.
                known = [known for known, _ in parts]
                if level in known:
                    del parts[known.index(level) :]
                elif count == 0:
                    parts = [(above, name) for above, name in parts if above < level]
                parts.append((level, title))
            below = end
            if place + 1 < len(run):
                below = tops[place + 1][0][0].line if tops[place + 1] else run[place + 1].line
            start = tops[place][0][0].start if tops[place] else heading.start
            base = heading.family if heading.family in {"section", "paragraph"} else "article"
            part = _name(" / ".join(title for _, title in parts)) or self._scope_name
            words = self._words(heading, below)
            self._mark(
                start, PieceKind.ARTICLE, f"{self._scope}{base}-{slug_of(heading.number.text)}", heading, words, part
            )

    def _top(self, heading: Heading, floor: int) -> int:
        """Return the line where the piece of `heading` begins, or the one after it when it begins within a line."""
        chapters = self._chapters(heading, floor)
        if chapters:
            return chapters[0][0].line
        return heading.line + (heading.start > self._lines[heading.line].start)

    def _chapters(self, heading: Heading, floor: int) -> list[tuple[Heading, str]]:
        """Return the headings of chapters directly above `heading` with their titles, the outermost first."""
        if heading.start > self._lines[heading.line].start or heading.family == "section":
            return []
        found: list[Heading] = []
        place = heading.line - 1
        while place >= max(floor, (found[-1].line if found else heading.line) - _LINES_OF_CHAPTERS):
            chapter = chapter_heading(self._lines, place)
            if chapter is not None:
                found.append(chapter)
            elif not _is_short(self._lines[place].text):
                break
            place -= 1
        found.reverse()
        if not found:
            return []
        ends = [*(chapter.line for chapter in found[1:]), heading.line]
        return [(chapter, self._chapter_title(chapter, end)) for chapter, end in zip(found, ends, strict=True)]

    def _chapter_title(self, chapter: Heading, end: int) -> str:
        """Return the heading of a chapter with its title, which may stand on the line below, above the line `end`."""
        written = self._lines[chapter.line].text.strip(MARKUP)
        if chapter.rest or chapter.line + 1 >= end:
            return _name(written)
        separator = " " if written.endswith((".", ":")) else ". "
        return _name(written + separator + self._lines[chapter.line + 1].text.strip(MARKUP))

    def _words(self, heading: Heading, end: int) -> str:
        """Return the title of an article: behind its label, or on the line below; "" when it has none."""
        below = self._lines[heading.line + 1 : min(heading.line + 3, end)]
        if heading.rest:
            following = below[0] if below else None
        elif len(below) > 1:
            following = below[1]
        else:
            return ""
        words = (heading.rest or below[0].text).strip(MARKUP)
        if not _is_title(words, behind_label=bool(heading.rest)):
            return ""
        broken = following is not None and following.text[0].islower() and not PARAGRAPH.match(following.text)
        return "" if broken else _name(words)

    def _close(self, last: Heading | None, end: int, following: list[Heading]) -> None:
        """Begin what stands between the article `last` and the line `end`: closing words, annexes, protocols.

        `following` are the articles after `end`: those of the last annex, or of the text in another language.
        """
        place, offset = (0, 0) if last is None else (last.line + 1, last.start + len(last.label))
        closed = self._closing(offset, end)
        place = self._annexes(max(place, closed), end, closed=bool(closed), more=bool(following))
        if place < end:
            self._scope, self._scope_name = "", ""
            self._open(place, end, "preamble")
        elif last is not None and following and following[0].family != last.family:
            self._scope, self._scope_name = "", ""
            self._open_another_language(end)

    def _annexes(self, place: int, end: int, *, closed: bool, more: bool) -> int:
        """Begin the annexes and protocols from the line `place` up to `end`, after which there is `more` or not.

        Return where a further text begins, after the closing words of the first: `end` where none does.
        """
        annexed = False
        while place < end:
            annex = annex_at(self._lines, place, end)
            other = instrument_at(self._lines, place) if closed or annexed or (more and end - place <= _NEAR) else None
            if annex is not None:
                self._begin_annex(annex, "annex")
                annexed, closed = True, False
            elif other is not None:
                self._begin_annex(other, "protocol" if _PROTOCOL.search(other.family) else "annex")
                after = self._closing(self._lines[place].end, end)
                annexed, closed = not after, bool(after)
                place = max(place, after - 1)
            elif closed and more and begins_text(self._lines[place].text):
                return place
            place += 1
        return end

    def _open_another_language(self, end: int) -> None:
        """Begin the same treaty in another language, whose title stands somewhere above its first article at `end`."""
        after = bisect_right(self._starts, self._marks[-1].start)
        for title in range(end - 1, max(end - _FAR, after - 1), -1):
            if names_treaty(self._lines[title].text):
                self._open(title, end, "preamble")
                return

    def _closing(self, offset: int, end: int) -> int:
        """Begin the closing words between `offset` and the line `end`; return the line after it, 0 without any."""
        found = self._closings.after(offset)
        if found >= (self._starts[end] if end < len(self._lines) else len(self._text)):
            return 0
        following = bisect_right(self._starts, found)
        line = self._lines[following - 1].start
        start = line if not self._text[line:found].strip(MARKUP) else found
        self._mark(start, PieceKind.CLOSING, f"{self._scope}closing")
        return following

    def _begin_annex(self, heading: Heading, base: str) -> None:
        """Begin an annex or another instrument, which the articles that follow belong to."""
        slug = slug_of(heading.number.text)
        name = _name(self._lines[heading.line].text.strip(MARKUP))
        words = _name(heading.rest) if heading.rest else ""
        anchor = self._mark(heading.start, PieceKind.ANNEX, f"{base}-{slug}" if slug else base, heading, words)
        self._scope, self._scope_name = f"{anchor}-", name


def _is_short(text: str) -> bool:
    """Return whether `text` may be the title of a chapter between its heading and the first article."""
    if len(text) > _LONGEST_HEADING or text.endswith((",", ";")):
        return False
    return not text.endswith(".") or len(text) <= _LONGEST_SENTENCE


def _is_title(words: str, *, behind_label: bool) -> bool:
    """Return whether `words` are a title and not the first words of a text."""
    if not words or len(words) > _LONGEST_HEADING or words[0].islower() or PARAGRAPH.match(words):
        return False
    bare = words.rstrip('»”"’')
    if not bare or bare.endswith(_GOES_ON) or is_unfinished(bare):
        return False
    if bare.endswith("."):
        return behind_label and len(words) <= _LONGEST_SENTENCE
    return len(words) <= _LONGEST_SENTENCE or _SENTENCE.search(words) is None


def _name(words: str) -> str:
    """Return `words` in one line that fits a column: without a leader to a page number, and not longer than is read."""
    return _LEADER.sub("", " ".join(words[: 2 * _LONGEST_NAME].split()))[:_LONGEST_NAME].strip()


def slug_of(number: str) -> str:
    """Return the part of an anchor that a number makes: «5-1» of «5(1)»."""
    return _NOT_IN_ANCHORS.sub("-", number.lower()).strip("-")


class Anchors:
    """Gives anchors that no other piece of the text has: «article-5», then «article-5-b»."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = defaultdict(int)
        self._taken: set[str] = set()

    def take(self, base: str) -> str:
        """Return an anchor made of `base`, and keep it."""
        anchor = base
        while anchor in self._taken:
            self._counts[base] += 1
            anchor = f"{base}-{_letters(self._counts[base])}"
        self._taken.add(anchor)
        return anchor


def _letters(count: int) -> str:
    """Count in letters: 1 is b, 25 is z, 26 is aa."""
    letters = ""
    while count >= 0:
        letters = chr(ord("a") + count % len(ascii_lowercase)) + letters
        count = count // len(ascii_lowercase) - 1
    return letters
