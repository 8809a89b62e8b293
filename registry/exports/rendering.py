"""Makes an export: the states that were asked for, one after another, through the writer of a format.

export = Export(database, index, request)     raises what is wrong with the request, before a byte is written
for chunk in export: ...                      or export.write_to(file)
export.summary                                rows, agreements, agreements by level
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.core.access import Access, Reader
from registry.core.errors import RegistryError, RuleViolationError
from registry.core.i18n import N_, translation
from registry.exports.columns import COLUMNS
from registry.exports.criteria import criteria_lines
from registry.exports.formats import MOST_LINES, REFUSALS, WRITERS
from registry.exports.formats.sheet import Sheet
from registry.exports.grouping import grouped
from registry.exports.head import head_line, head_of_records
from registry.exports.rows import Row
from registry.exports.selection import count_unsaid, select_states
from registry.revisions.queries import states

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import BinaryIO

    from registry.core.i18n import Translate
    from registry.core.uow import Database
    from registry.exports.formats.sheet import Line
    from registry.exports.schemas import ExportRequest
    from registry.search.engine.index import SearchIndex

    #: Told how many of how many agreements are done.
    Progress = Callable[[int, int], None]

_BATCH = 100


class ExportCancelledError(Exception):
    """Whoever asked for the export does not want it any more."""


class ExportInterruptedError(RegistryError):
    """A record was closed to the reader while it was being exported."""


@dataclass(frozen=True)
class Summary:
    """What was written: the rows (an agreement stands in each of its groups), agreements, and agreements by level."""

    rows: int
    agreements: int
    levels: dict[str, int]


class Export:
    """One export. Its bytes can be read once, and again by another one of the same request."""

    def __init__(
        self,
        database: Database,
        index: SearchIndex,
        request: ExportRequest,
        *,
        progress: Progress | None = None,
        is_cancelled: Callable[[], bool] | None = None,
    ) -> None:
        """Select the states; nothing is read of them yet.

        `progress` is told after each batch how many of how many rows are done. `is_cancelled` is asked before each.
        Raises `QuerySyntaxError`, `InvalidInputError` and `IndexBehindError` as `select_states` does,
        `InvalidInputError` too when the format has no room for the columns, and `RuleViolationError` when the list is
        longer than it has room for.
        """
        if request.format in REFUSALS:
            REFUSALS[request.format]([COLUMNS[name] for name in request.columns])
        self.request = request
        self._database = database
        self._reader = Reader(Access(request.clearance))
        self._progress = progress
        self._is_cancelled = is_cancelled
        self._rows = 0
        self._levels: Counter[str] = Counter()
        self._agreements = 0
        with database.read(self._reader) as session:
            self._selection = select_states(session, index, request)
            #: How many agreements the filter by status leaves out because nobody can say what theirs is on the day.
            self.unsaid = count_unsaid(session, index, request)
            self._plan = grouped(session, request, self._selection) if request.group_by else None
        most = MOST_LINES.get(request.format)
        lines = self.total if self._plan is None else sum(len(group.places) + 1 for group in self._plan)
        if most is not None and lines > most:
            words = N_("A sheet has room for %(most)s rows, and this list has more; choose another format.")
            raise RuleViolationError(words, most=most)

    @property
    def total(self) -> int:
        """Return how many agreements there will be."""
        return len(self._selection)

    @property
    def revisions(self) -> Sequence[int]:
        """Return the keys of the revisions that it consists of, in their order."""
        return self._selection.revisions

    @property
    def summary(self) -> Summary:
        """Return what was written so far; all of it when the bytes have been read."""
        return Summary(self._rows, self._agreements, dict(sorted(self._levels.items())))

    def __iter__(self) -> Iterator[bytes]:
        """Yield the bytes. Raises `ExportCancelledError`, and `ExportInterruptedError` when a record was closed."""
        translate = translation(self.request.language)
        columns = [COLUMNS[name] for name in self.request.columns]
        is_named = self.request.options.headings == "names"
        sheet = Sheet(
            request=self.request,
            columns=columns,
            headings=[
                name if is_named else translate(column.heading)
                for name, column in zip(self.request.columns, columns, strict=True)
            ],
            criteria=[*criteria_lines(self.request, self.total, translate, self.unsaid), *self._head(translate)],
            total=self.total,
            translate=translate,
        )
        yield from WRITERS[self.request.format](sheet, self._lines([column.value for column in columns]))

    def _head(self, translate: Translate) -> list[tuple[str, str]]:
        """Return the line of the log's head, which is the same whenever the export is made."""
        with self._database.read() as session:
            head = head_of_records(session, self.request.recorded_at)
        return [head_line(head, translate)] if head is not None else []

    def write_to(self, file: BinaryIO) -> Summary:
        """Write all bytes into a file and return what was written; raises as reading the bytes does."""
        file.writelines(self)
        return self.summary

    def _lines(self, values: list[Callable[[Row], object]]) -> Iterator[Line]:
        """Yield a list of values for each row, and where a group begins or ends what the group is."""
        if self._plan is None:
            yield from self._records(range(len(self._selection)), values, count=True)
            return
        counted: set[int] = set()
        for group in self._plan:
            yield group.opening
            new = [place for place in group.places if place not in counted]
            counted.update(new)
            yield from self._records(group.places, values, count=False)
            self._levels.update(group.levels(new))
            self._agreements += len(new)
            yield group.closing

    def _records(
        self, places: range | list[int], values: list[Callable[[Row], object]], *, count: bool
    ) -> Iterator[list[object]]:
        selection, request = self._selection, self.request
        total = self.total if self._plan is None else sum(len(group.places) for group in self._plan)
        for start in range(0, len(places), _BATCH):
            if self._is_cancelled is not None and self._is_cancelled():
                raise ExportCancelledError
            batch = places[start : start + _BATCH]
            # Each batch has a session of its own: a reader who is slow would hold one for as long as they take.
            with self._database.read(self._reader) as session:
                found = states(session, [selection.revisions[place] for place in batch])
            if len(found) < len(batch):
                raise ExportInterruptedError(N_("A record was closed to you while it was being exported; start again."))
            for place, state in zip(batch, found, strict=True):
                row = Row(
                    state.record,
                    state.counted,
                    request.on,
                    request.language,
                    selection.known[selection.statuses[place]],
                )
                if count:
                    self._levels[state.record["level"]] += 1
                    self._agreements += 1
                self._rows += 1
                yield [value(row) for value in values]
            if self._progress is not None:
                self._progress(self._rows, total)
