"""Measures start, search and pages; see README.md beside it."""

from __future__ import annotations

import contextlib
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import select  # noqa: E402

from registry.agreements.models import Agreement  # noqa: E402
from registry.agreements.queries import agreements_by_ids  # noqa: E402
from registry.agreements.search import index_texts  # noqa: E402
from registry.app import create_app  # noqa: E402
from registry.config import ensure_secret_key, load_settings  # noqa: E402
from registry.http.context import EXTENSION  # noqa: E402
from registry.runtime import open_registry, set_up  # noqa: E402
from registry.search.query_language.grammar import parse  # noqa: E402
from tests.relevance.judged import KNOWN, TOPICS  # noqa: E402
from tests.relevance.measures import measured  # noqa: E402

RUNS = 7
QUERIES = {
    "двойного налогообложения": "двойн* налогооблож*",
    "double taxation": "double taxation",
    "сотрудничество": "сотруднич*",
    "транспорт": "транспорт*",
    '"избежании двойного налогообложения"': '"избежании двойного налогообложения"',
}


def median_of(action, runs=RUNS):
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        action()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def start(environ):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    line = [sys.executable, "-c", "from registry.cli import main; main()", "serve", "--init", "--port", str(port)]
    process = subprocess.Popen(line, env=environ, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/agreements?q=taxation", timeout=5).read()
                return
            time.sleep(0.01)
    finally:
        process.terminate()
        process.wait()


def relevance(registry, fts):
    """Print MRR and nDCG@10 on the judged queries, ours beside FTS5 with the porter tokenizer."""
    with registry.database.read() as session:
        references = dict(session.execute(select(Agreement.id, Agreement.reference)).all())
    fts.execute("create virtual table stemmed using fts5(body, tokenize='porter unicode61')")
    fts.execute("insert into stemmed (rowid, body) select rowid, body from texts")

    def theirs(text):
        quoted = " ".join(f'"{word}"' for word in text.replace('"', " ").split())
        rows = fts.execute("select rowid from stemmed where stemmed match ? order by rank", (quoted,))
        return [references[key] for (key,) in rows]

    def ours(text):
        return [references[key] for key in registry.index.search(parse(text)).keys]

    print(f"\n{'judged queries':40} {'MRR':>7} {'nDCG@10':>8}   ({len(KNOWN)} known items, {len(TOPICS)} topics)")
    for name, search in (("ours", ours), ("FTS5, porter", theirs)):
        mrr, gain, _ = measured(search, KNOWN, TOPICS)
        print(f"{name:40} {mrr:7.3f} {gain:8.3f}")


def main():
    folder = Path(tempfile.mkdtemp(prefix="registry-bench-"))
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("REGISTRY_")},
        "REGISTRY_INSTANCE": str(folder / "instance"),
        "REGISTRY_SEARCH_INDEX": str(folder / "index"),
        "PYTHONPATH": str(ROOT),
    }
    (folder / "instance").mkdir()
    ensure_secret_key(load_settings(environ))
    settings = load_settings(environ)
    registry = open_registry(settings)
    begun = time.perf_counter()
    set_up(registry)
    print(f"set up with its agreements         {time.perf_counter() - begun:8.3f} s   (once)")
    print(f"second start until a search answers{median_of(lambda: start(environ), 5):8.3f} s   (aim: under 3 s)")

    fts = sqlite3.connect(":memory:")
    fts.execute("create virtual table texts using fts5(body, tokenize='unicode61')")
    with registry.database.read() as session:
        keys = sorted(registry.index.source.change_numbers())
        for agreement in agreements_by_ids(session, keys, whole=True):
            body = "\n".join(text for texts in index_texts(agreement).values() for text in texts)
            fts.execute("insert into texts (rowid, body) values (?, ?)", (agreement.id, body))
    print(f"\n{'search':40} {'ours':>9} {'hits':>5} {'FTS5':>9} {'hits':>5}")
    for ours, theirs in QUERIES.items():
        node = parse(ours)
        hits = len(registry.index.search(node).keys)
        found = len(fts.execute("select rowid from texts where texts match ? order by rank", (theirs,)).fetchall())
        mine = median_of(lambda node=node: registry.index.search(node), 30)
        peer = median_of(
            lambda q=theirs: fts.execute("select rowid from texts where texts match ? order by rank", (q,)).fetchall(),
            30,
        )
        print(f"{ours:40} {mine * 1000:6.2f} ms {hits:5} {peer * 1000:6.2f} ms {found:5}")
    relevance(registry, fts)
    registry.close()

    app = create_app(settings)
    client = app.test_client()
    print(f"\n{'page':40} {'median':>9}")
    for path in (
        "/",
        "/agreements",
        "/agreements?q=налог",
        "/agreements?in_force_on=2015-05-01",
        "/agreements/BLR-1997-001",
        "/overview",
        "/agreements.csv",
    ):
        print(f"{path:40} {median_of(lambda path=path: client.get(path).get_data(), 20) * 1000:6.1f} ms")
    app.extensions[EXTENSION].close()


if __name__ == "__main__":
    main()
