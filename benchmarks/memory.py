"""Memory of a real server process, and of the processes that build its index.

Read from /proc (Linux only): VmRSS is what the process has in memory, RssAnon what it alone has of that, RssFile the
pages of files (programs and the index), which the system takes back when it needs them; VmHWM is the most VmRSS ever
was. The server is `registry serve` with its defaults; it is asked by client processes, so that nothing else is in it.
"""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

from common import (
    CORPORA,
    ROOT,
    add_keep,
    arguments,
    environment,
    filled,
    fts5,
    is_here,
    load,
    make_queries,
    our_server,
    pairs_of,
    say,
    table,
    workplace,
)

DEFAULT = "tota-articles"
FIELDS = ("VmRSS", "RssAnon", "RssFile", "VmHWM")


def parsed():
    parser = arguments(__doc__)
    parser.add_argument("--corpus", choices=CORPORA, default=DEFAULT, help=f"(else {DEFAULT})")
    parser.add_argument("--no-rebuild", action="store_true", help="do not measure the building of the index")
    add_keep(parser)
    return parser.parse_args()


def memory(process):
    """Return what /proc says of a process, in megabytes; nothing when it has ended."""
    try:
        text = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return {}
    sizes = dict(re.findall(r"^(\w+):\s+(\d+) kB$", text, re.MULTILINE))
    return {name: int(sizes[name]) / 1024 for name in FIELDS if name in sizes}


def family(process):
    """Return the ids of a process and of all that it started."""
    found = [process]
    for parent in found:
        for file in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found.extend(map(int, file.read_text().split()))
            except OSError:
                continue
    return found


def line(what, process):
    now = memory(process)
    return (what, *(f"{now[name]:.0f}" for name in FIELDS))


def measure_server(corpus, settings, pairs):
    every = [f"/api/v1/agreements?q={quote(query)}" for query in make_queries(pairs, 2000, seed=5)]
    paths = every[:500]
    lines = []
    with our_server(settings) as (port, process):
        lines.append(line("ready", process.pid))
        for count, after in ((1, "1 query"), (len(paths), f"{len(paths)} different queries")):
            say(f"  {after}")
            done, _, _, failures, _ = load(port, paths[:count], 1, requests=count, seconds=600, repeat=False)
            lines.append(line(f"after {after}", process.pid))
            if done != count or failures:
                print(f"{done} answers of {count}, failed: {failures}")
        say("  2,000 requests of 8 clients, half of them for what was asked before")
        mixed = [path for pair in zip(paths * 2, every[500:1500], strict=True) for path in pair]
        done, seconds, _, failures, _ = load(port, mixed, 8, requests=len(mixed), seconds=900, repeat=False)
        lines.append(line(f"after {done:,} requests of 8 clients ({seconds:.0f} s)", process.pid))
        pages = ["/", "/agreements", "/overview", *(path.replace("/api/v1", "") for path in paths[:50])]
        say("  pages")
        load(port, pages, 8, requests=400, seconds=300, repeat=True)
        lines.append(line("after 400 pages for people too", process.pid))
        say("  a download")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        connection.request("GET", "/agreements.csv")
        size = len(connection.getresponse().read())
        connection.close()
        lines.append(line(f"after a download of all records ({size / 1e6:.0f} MB)", process.pid))
        if failures:
            print(f"failed: {failures}")
    print(f"\n## A server with {len(pairs):,} records of {corpus}\n")
    table(("megabytes", *FIELDS), lines)


def measure_rebuild(settings, processes):
    """Return the seconds and the most megabytes of `registry index rebuild`, of all of its processes together."""
    command = [sys.executable, "-c", "from registry.cli import main; main()", "index", "rebuild"]
    running = subprocess.Popen(
        [*command, "--processes", str(processes)],
        env=environment(settings),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    begun, said = time.monotonic(), 0.0
    most, most_alone = 0.0, 0.0
    while running.poll() is None:
        sizes = [memory(process).get("VmRSS", 0.0) for process in family(running.pid)]
        most, most_alone = max(most, sum(sizes)), max(most_alone, *sizes)
        if time.monotonic() - said > 20:
            said = time.monotonic()
            say(f"  rebuilding on {processes}: {said - begun:.0f} s, {most:.0f} MB")
        time.sleep(0.05)
    if running.returncode:
        raise RuntimeError("the index could not be rebuilt")
    return time.monotonic() - begun, most, most_alone


def main():
    args = parsed()
    if not Path("/proc/self/status").is_file():
        print("There is no /proc on this machine: memory is not measured.")
        return
    if not is_here(args.corpus):
        return
    with workplace(args.keep) as folder:
        settings = filled(folder, args.corpus)
        pairs = pairs_of(fts5(settings))
        measure_server(args.corpus, settings, pairs)
        if not args.no_rebuild:
            lines = []
            for processes in dict.fromkeys((1, os.cpu_count() or 1)):
                seconds, most, alone = measure_rebuild(settings, processes)
                records = f"{len(pairs) / seconds:,.0f}"
                lines.append((processes, f"{seconds:.0f} s", records, f"{most:.0f}", f"{alone:.0f}"))
            print("\n## While the index is built\n")
            table(("processes", "time", "records/s", "most MB together", "most MB of one"), lines)


if __name__ == "__main__":
    main()
