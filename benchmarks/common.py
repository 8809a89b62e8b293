"""What the benchmarks share: corpora in registries that can be kept, servers, clients, queries, tables.

Importing it puts the checkout on the path, so that every program runs as `python benchmarks/<name>.py`.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import http.client
import json
import random
import re
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import select  # noqa: E402

from registry.agreements.models import Agreement  # noqa: E402
from registry.agreements.queries import agreements_by_ids  # noqa: E402
from registry.agreements.search import index_texts  # noqa: E402
from registry.config import Settings  # noqa: E402
from registry.documents.queries import articles_to_index  # noqa: E402
from registry.runtime import bring_up_to_date, open_registry, set_up  # noqa: E402
from tests.helpers import corpora  # noqa: E402
from tests.helpers.bulk import fill  # noqa: E402
from tests.helpers.servers import environment  # noqa: E402

#: A corpus is `bundled`, or one of `tests.helpers.corpora`; with this ending each of its articles is a record.
BY_ARTICLE = "-articles"
CORPORA = ("bundled", *corpora.FILES, *(name + BY_ARTICLE for name in corpora.FILES if name != "treaty-list"))

#: What decides what a kept registry holds, and what decides what its index holds.
_DATA = (
    "registry/documents/*.py",
    "registry/*/models.py",
    "registry/migrations/versions/*.py",
    "registry/data/agreements.json",
    "tests/helpers/bulk.py",
    "tests/helpers/corpora.py",
)
_INDEX = ("registry/search/engine/*.py", "registry/search/words/*.py", "registry/agreements/search.py")

_QUERY_WORD = re.compile(r"\b[^\W\d_]{4,}\b")
_TITLE, _WINDOW = 300, 400


def say(text):
    """Say on standard error how far a program is; the figures go to standard output."""
    print(text, file=sys.stderr, flush=True)


def progress(what):
    """Return a function that says now and then how much of `what` is done."""
    begun = last = time.monotonic()

    def report(done, of):
        nonlocal last
        if time.monotonic() - last > 5 or done == of:
            last = time.monotonic()
            say(f"  {what}: {done:,} of {of:,} after {last - begun:.0f} s")

    return report


def table(head, lines):
    """Print a table in Markdown, the first column to the left."""
    rows = [[str(cell) for cell in line] for line in (head, *lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    rows.insert(1, ["-" * width if not place else "-" * (width - 1) + ":" for place, width in enumerate(widths)])
    for row in rows:
        first, *others = zip(row, widths, strict=True)
        cells = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        print("| " + " | ".join(cells) + " |", flush=True)


def milliseconds(seconds):
    """Write a time with three digits that count."""
    value = seconds * 1000
    return f"{value:.0f} ms" if value >= 100 else f"{value:.1f} ms" if value >= 10 else f"{value:.2f} ms"


def timed(action):
    """Return how many seconds `action` takes."""
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def median_of(action, runs):
    """Return the median of the times of several runs."""
    return statistics.median(timed(action) for _ in range(runs))


def arguments(doc):
    """Return the parser of a program whose docstring is its help."""
    return argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)


def add_keep(parser):
    """Let a program keep what it makes."""
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep databases and indexes in this folder")


@contextmanager
def workplace(keep):
    """Yield the folder to work in: the one that is to be kept, or one that goes away afterwards."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="registry-bench-") as folder:
        yield Path(folder)


def is_here(corpus):
    """Return whether this machine has a corpus; if not, say so."""
    base = corpus.removesuffix(BY_ARTICLE)
    folder = corpora.corpora_folder()
    if base == "bundled" or (folder is not None and (folder / base / corpora.FILES[base]).is_file()):
        return True
    print(f"The corpus {base} is not on this machine: nothing is measured on it.")
    return False


def filled(folder, corpus, rows=None, *, indexed=True):
    """Return the settings of a registry with a corpus and its index, made in `folder` unless it is there already.

    `rows` are the records, when they are not simply those of the corpus; then `corpus` only names the registry. A
    kept one is made anew when the code that fills it has changed, and indexed anew when the code of the index has.
    """
    place = folder / corpus
    data, indexing = _fingerprint(_DATA), _fingerprint(_INDEX)
    if _noted(place / "data") != data:
        shutil.rmtree(place, ignore_errors=True)
    settings = Settings(
        instance=place / "instance",
        search_index=place / "index",
        database_url=f"sqlite:///{place / 'registry.sqlite'}",
        secret_key="only-for-measuring",  # noqa: S106  Nobody else reaches this registry.
        rate_limit="",
    )
    settings.instance.mkdir(parents=True, exist_ok=True)
    registry = open_registry(settings)
    try:
        if _noted(place / "data") != data:
            begun = time.monotonic()
            if corpus == "bundled":
                set_up(registry)
            else:
                bring_up_to_date(registry)
                given = corpora.rows(corpus.removesuffix(BY_ARTICLE)) if rows is None else rows
                agreements, articles = fill(registry, given, by_article=corpus.endswith(BY_ARTICLE))
                say(f"  {corpus}: {agreements:,} agreements, {articles:,} articles in {time.monotonic() - begun:.0f} s")
            (place / "data").write_text(data)
        if indexed and _noted(place / "indexed") != indexing:
            registry.index.rebuild(progress(f"indexing {corpus}"))
            (place / "indexed").write_text(indexing)
        if indexed:
            registry.index.ensure()
    finally:
        registry.close()
    return settings


def _fingerprint(patterns):
    found = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            found.update(path.read_bytes())
    return found.hexdigest()


def _noted(path):
    return path.read_text() if path.is_file() else None


def texts_of(registry):
    """Yield (id, reference, title, text) of every record: what our index holds of it, for peers to index as well."""
    with registry.database.read() as session:
        keys = list(session.scalars(select(Agreement.id).order_by(Agreement.id)))
        for start in range(0, len(keys), 500):
            batch = keys[start : start + 500]
            articles = articles_to_index(session, batch)
            for agreement in agreements_by_ids(session, batch, whole=True):
                groups = index_texts(agreement)
                titles = "\n".join(text for _, text in groups.pop("title"))
                others = [text for texts in groups.values() for _, text in texts]
                words = [row.text for row in articles.get(agreement.id, ())]
                yield agreement.id, agreement.reference, titles, "\n".join([*words, *others])
            session.expunge_all()


def fts5(settings):
    """Return an SQLite file with the records of a registry and an FTS5 table of titles and texts; make it if need be.

    It lies beside the registry, so that it is made anew with it.
    """
    path = settings.instance.parent / "peers.db"
    if path.is_file():
        return path
    say("  making the FTS5 table")
    begun = path.with_suffix(".new")
    begun.unlink(missing_ok=True)
    registry = open_registry(settings)
    with contextlib.closing(sqlite3.connect(begun)) as database:
        database.execute("create table texts (id integer primary key, reference text, title text, text text)")
        database.executemany("insert into texts values (?, ?, ?, ?)", texts_of(registry))
        database.execute(
            # Datasette recognises the table of a search by these very quotation marks.
            'create virtual table texts_fts using fts5(title, text, content="texts", content_rowid="id", '
            "tokenize='porter unicode61')"
        )
        database.execute("insert into texts_fts (texts_fts) values ('rebuild')")
        database.execute("insert into texts_fts (texts_fts) values ('optimize')")
        database.commit()
    registry.close()
    return begun.rename(path)


def make_queries(pairs, count, seed):
    """Return distinct queries of one, two and three words in turn, each from one title or passage of `pairs`.

    `pairs` are titles with texts. Words of fewer than four letters and numbers are left out. The words of a query
    stand near one another in some record, so that every query finds something; the same arguments give the same
    queries. When the corpus has too few words for `count` queries, fewer are returned.
    """
    chance = random.Random(seed)  # noqa: S311  Queries, not secrets.
    found = {}
    for length in islice(cycle((1, 2, 3)), 40 * count):
        title, text = chance.choice(pairs)
        passage = title[:_TITLE]
        if len(text) > _WINDOW and chance.random() < 0.5:
            start = chance.randrange(len(text) - _WINDOW)
            # The first and the last word of a passage may be cut in two.
            passage = " ".join(text[start : start + _WINDOW].split()[1:-1])
        words = [word.casefold() for word in _QUERY_WORD.findall(passage)]
        if len(words) >= length:
            start = chance.randrange(len(words) - length + 1)
            query = words[start : start + length]
            if len(set(query)) == length:
                found.setdefault(" ".join(query))
        if len(found) == count:
            break
    return list(found)


def pairs_of(path):
    """Return the titles and texts of the file that `fts5` made."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        return database.execute("select title, text from texts order by id").fetchall()


def free_port():
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(line, port, ready, log, **options):
    """Run a server; yield its process when the page `ready` answers, and end it afterwards."""
    with log.open("ab") as output:
        process = subprocess.Popen(line, stdout=output, stderr=output, **options)
    try:
        for _ in range(3000):
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                connection.request("GET", ready)
                answer = connection.getresponse()
                answer.read()
                connection.close()
                if answer.status == 200:
                    break
            if process.poll() is not None:
                raise RuntimeError(f"the server ended: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.wait()


@contextmanager
def our_server(settings):
    """Run `registry serve` without a limit of requests; yield its port and its process when it is ready."""
    port = free_port()
    line = [sys.executable, "-c", "from registry.cli import main; main()", "serve", "--port", str(port)]
    options = {"env": {**environment(settings), "REGISTRY_RATE_LIMIT": ""}, "cwd": ROOT}
    with running(line, port, "/readyz", settings.instance / "server.log", **options) as process:
        yield port, process


def load(port, paths, clients, *, requests, seconds, repeat):
    """Let client processes ask for `paths` and return what they saw: (done, seconds, latencies, failures, cpu seconds).

    With `repeat` every client asks for all paths again and again; else each path is asked for once, by one of them.
    Clients stop after `requests` between them, or after `seconds`. Latencies are in seconds.
    """
    processes = []
    for place in range(clients):
        own = paths if repeat else paths[place::clients]
        most = -(-requests // clients) if repeat else min(len(own), -(-requests // clients))
        job = {"port": port, "paths": own, "requests": most, "seconds": seconds, "start": place}
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("client.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        process.stdin.write(json.dumps(job) + "\n")
        process.stdin.flush()
        processes.append(process)
    for process in processes:
        process.stdout.readline()
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    seen = [json.loads(process.stdout.readline()) for process in processes]
    for process in processes:
        process.stdin.close()
        process.wait()
    failures = {}
    for one in seen:
        for status, count in one["failures"].items():
            failures[status] = failures.get(status, 0) + count
    latencies = [latency for one in seen for latency in one["latencies"]]
    return len(latencies), max(one["seconds"] for one in seen), latencies, failures, sum(one["cpu"] for one in seen)


def fetch(port, path):
    """Return the JSON of one answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status} for {path}: {body[:300]!r}")
    return json.loads(body)


def forget(index, *, postings=True):
    """Let an index forget the answers and the scores of words that it keeps, and with `postings` those as well."""
    index._answers = type(index._answers)()  # noqa: SLF001  There is no public way, since nobody else needs one.
    with index.store.snapshot(newest=False) as snapshot:
        for view in snapshot._views.values():  # noqa: SLF001
            view._kept.clear()  # noqa: SLF001
        if postings:
            snapshot._kept.clear()  # noqa: SLF001
