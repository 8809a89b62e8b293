"""Writes records into an index: the one place that calls Whoosh's writers, and the rebuild on several cores.

A rebuild divides the records among processes. Each one writes an ordinary index of its own beside the new one, and
the parent takes over the finished segments, so that nothing but the files of Whoosh passes between them.
"""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from whoosh import index as whoosh_index
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage

from registry.search.engine.checksums import CheckedWriter
from registry.search.engine.documents import documents
from registry.search.engine.errors import IndexNotBuiltError
from registry.search.engine.fields import STATE_KEY, make_schema
from registry.search.words import synonyms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from whoosh.index import Index
    from whoosh.writing import IndexWriter

    from registry.search.engine.source import RecordSource

    Progress = Callable[[int, int], None]

#: Records are loaded in batches, so that the texts of a large registry are never in memory together.
_BATCH = 100
#: Postings that a process of a rebuild collects before it puts them aside on disk, in megabytes.
_MEMORY = 192
#: How hard blocks of postings are compressed, from 0 to 9.
_COMPRESSION = 1
#: How many postings a block holds: each block that is read costs a look at the disk and an object to unpack.
_BLOCK = 2048
#: Below this many records one process is done before others have started.
_WORTH_DIVIDING = 400
#: Each process takes memory of its own; more of them are started only when somebody says so.
_MOST_PROCESSES = 4
_LOOK_EVERY = 0.2


def open_writer(index: Index, *, timeout: float = 0.0, memory: int = 32) -> IndexWriter:
    """Take the writer's lock, waiting up to `timeout` seconds; `memory` is in megabytes. Raises `LockError`.

    A segment stays several files: from a compound file Whoosh reads every part into memory as a whole. Lengths of
    fields are part of the impacts; asked for them, Whoosh would look for a file that is not there once a posting.
    """
    codec = W3Codec(blocklimit=_BLOCK, compression=_COMPRESSION)
    codec.length_stats = False
    return CheckedWriter(index, timeout=timeout, limitmb=memory, compound=False, codec=codec)


def write(writer: IndexWriter, source: RecordSource, keys: Iterable[int], number: int) -> None:
    """Write the present state of these records and of the index: one deletion a record, then its documents.

    Two updates of one key in a batch would leave a twin that later updates never remove, and a delete does not
    see an addition of the same batch.
    """
    ordered = sorted(set(keys))
    with writer.searcher() as searcher:
        for key in (*map(str, ordered), STATE_KEY):
            writer.delete_by_term("key", key, searcher=searcher)
    add_records(writer, source, ordered, number)
    state = {"database": source.position()[0], "change": number, "languages": sorted(source.languages())}
    writer.add_document(key=STATE_KEY, state=state)


def add_records(
    writer: IndexWriter,
    source: RecordSource,
    keys: Sequence[int],
    number: int,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Add the documents of records; `progress` is told how many records each batch had."""
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        changes = source.change_numbers(batch)
        for record in source.load(batch):
            for document in documents(record, changes.get(record.key, number)):
                writer.add_document(**document)
        if progress:
            progress(len(batch))


def processes_for(count: int) -> int:
    """Return how many processes a rebuild of `count` records is divided among when nobody says."""
    return 1 if count < _WORTH_DIVIDING else min(_MOST_PROCESSES, len(os.sched_getaffinity(0)))


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

    writer = open_writer(index, memory=_MEMORY)
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
    parts = [(folder / f"part-{place}", keys[place::processes]) for place in range(processes)]
    with ThreadPoolExecutor(processes) as pool:
        done: SimpleQueue[int] = SimpleQueue()
        waiting = [pool.submit(_run_part, path, source, share, number, done) for path, share in parts]
        finished = 0
        while not all(future.done() for future in waiting) or not done.empty():
            with suppress(Empty):
                finished += done.get(timeout=_LOOK_EVERY)
                if progress:
                    progress(finished, len(keys))
        for future in waiting:
            future.result()
    segments = []
    for path, _ in parts:
        part = FileStorage(str(path)).open_index()
        segments.extend(part._segments())  # noqa: SLF001  Whoosh has no public way to take over segments.
        part.close()
        for file in path.glob(f"{part.indexname}_*"):
            # The lock of the part stays behind with its table of contents.
            if not file.name.endswith("LOCK"):
                file.replace(folder / file.name)
        shutil.rmtree(path)
    return segments


def _run_part(folder: Path, source: RecordSource, keys: Sequence[int], number: int, done: SimpleQueue[int]) -> None:
    """Run a Python of its own that writes a part, and hand on how many records each of its batches had.

    It is started by its module and not by `multiprocessing`, which would run the caller's main script once more.
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "registry.search.engine.part"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdin is not None  # noqa: S101  Both are pipes.
        assert process.stdout is not None  # noqa: S101
        process.stdin.write(pickle.dumps((str(folder), source, list(keys), number, synonyms.additions())))
        process.stdin.close()
        for line in process.stdout:
            done.put(int(line))
    if process.returncode:
        message = f"a process that wrote a part of the index ended with {process.returncode}"
        raise IndexNotBuiltError(message)


def write_part(folder: Path, source: RecordSource, keys: Sequence[int], number: int) -> None:
    """Write some records into an index of their own in `folder`; say on standard output how far it is."""
    folder.mkdir()
    writer = open_writer(whoosh_index.create_in(str(folder), make_schema()), memory=_MEMORY)
    add_records(writer, source, keys, number, lambda count: print(count, flush=True))  # noqa: T201  Read by the parent.
    writer.commit(merge=False)
