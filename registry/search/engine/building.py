"""Writes records into an index: the one place that calls Whoosh's writers, and the rebuild on several cores.

A rebuild divides the records among processes. Each one writes an ordinary index of its own beside the new one, and
the parent takes over the finished segments, so that nothing but the files of Whoosh passes between them.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from typing import TYPE_CHECKING, Any

from whoosh import index as whoosh_index
from whoosh.filedb.filestore import FileStorage

from registry.search.engine.documents import documents
from registry.search.engine.fields import STATE_KEY, make_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from whoosh.index import Index
    from whoosh.writing import IndexWriter

    from registry.search.engine.source import RecordSource

    Progress = Callable[[int, int], None]

#: Records are loaded in batches, so that the texts of a large registry are never in memory together.
_BATCH = 100
#: Postings that a writer collects before it puts them aside on disk, in megabytes.
_MEMORY = 64
#: Below this many records one process is done before others have started.
_WORTH_DIVIDING = 400
_REPORT_EVERY = 0.2


def write(writer: IndexWriter, source: RecordSource, keys: Iterable[int], number: int) -> None:
    """Write the present state of these records and of the index: one deletion a record, then its documents.

    Two updates of one key in a batch would leave a twin that later updates never remove, and a delete does not
    see an addition of the same batch.
    """
    ordered = sorted(set(keys))
    for key in ordered:
        writer.delete_by_term("key", str(key))
    add_records(writer, source, ordered, number)
    writer.delete_by_term("key", STATE_KEY)
    writer.add_document(key=STATE_KEY, state={"database": source.position()[0], "change": number})


def add_records(
    writer: IndexWriter,
    source: RecordSource,
    keys: Sequence[int],
    number: int,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Add the documents of records; `progress` is told how many records each batch had."""
    changes = source.change_numbers() if keys else {}
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        for record in source.load(batch):
            for document in documents(record, changes.get(record.key, number)):
                writer.add_document(**document)
        if progress:
            progress(len(batch))


def processes_for(count: int) -> int:
    """Return how many processes a rebuild of `count` records is divided among when nobody says."""
    return 1 if count < _WORTH_DIVIDING else os.cpu_count() or 1


def build(
    index: Index,
    folder: Path,
    source: RecordSource,
    keys: Sequence[int],
    number: int,
    processes: int,
    progress: Progress | None,
) -> None:
    """Write all records into a new index in `folder`, on `processes` cores."""
    segments: list[Any] = []
    if processes > 1:
        segments = _divided(folder, source, keys, number, processes, progress)
        keys = []
    done = 0

    def report(count: int) -> None:
        nonlocal done
        done += count
        if progress:
            progress(done, len(keys))

    writer = index.writer(limitmb=_MEMORY)
    try:
        add_records(writer, source, keys, number, report)
        write(writer, source, (), number)
        writer.segments.extend(segments)
    except BaseException:
        writer.cancel()
        raise
    writer.commit(merge=False)


def _divided(
    folder: Path, source: RecordSource, keys: Sequence[int], number: int, processes: int, progress: Progress | None
) -> list[Any]:
    """Let processes write parts of the index; return their segments, whose files are moved into `folder`."""
    context = multiprocessing.get_context("spawn")
    done = context.Value("i", 0)
    parts = [(folder / f"part-{place}", keys[place::processes]) for place in range(processes)]
    with ProcessPoolExecutor(processes, context, initializer=_remember, initargs=(done,)) as pool:
        waiting = {pool.submit(_write_part, path, source, share, number) for path, share in parts}
        while waiting:
            finished, waiting = wait(waiting, _REPORT_EVERY, FIRST_COMPLETED)
            for future in finished:
                future.result()
            if progress:
                progress(done.value, len(keys))
    segments = []
    for path, _ in parts:
        part = FileStorage(str(path)).open_index()
        segments.extend(part._segments())  # noqa: SLF001  Whoosh has no public way to take over segments.
        part.close()
        for file in path.glob("*.seg"):
            file.replace(folder / file.name)
        shutil.rmtree(path)
    return segments


_done: Any = None


def _remember(done: Any) -> None:
    """Keep the counter that all processes of a rebuild share."""
    global _done  # noqa: PLW0603  A process of the pool has no other place for what it is given once.
    _done = done


def _write_part(folder: Path, source: RecordSource, keys: Sequence[int], number: int) -> None:
    folder.mkdir()
    writer = whoosh_index.create_in(str(folder), make_schema()).writer(limitmb=_MEMORY)
    add_records(writer, source, keys, number, _count)
    writer.commit(merge=False)


def _count(records: int) -> None:
    with _done.get_lock():
        _done.value += records
