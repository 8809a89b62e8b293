"""Exports of a long list beside bare loops over the same rows, and the memory that they take.

The records are the bundled agreements over and over, each with a number of its own, so that texts, actions and clauses
are as long as real ones. Every measurement is a process of its own; peers run in turn in the same run:

- bare cursor to CSV: the query of the whole export (record, status on the day, in order) on the cursor of the database
  driver, each row written as it comes by `csv.writer`. It reads no record and picks no columns.
- bare XlsxWriter: the same cells in constant-memory mode, from memory, written by `write_string` and `write_datetime`.
"""

from __future__ import annotations

import csv
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import xlsxwriter
from common import add_keep, arguments, say, table, timed, workplace
from sqlalchemy import insert, select

from registry.agreements.models import Agreement
from registry.config import Settings
from registry.core.access import OPERATOR
from registry.exports.formats import WRITERS
from registry.exports.formats.sheet import exact_day
from registry.exports.rendering import Export
from registry.exports.schemas import ExportSchema
from registry.exports.services import resolved
from registry.lifecycle.models import StatusPeriod
from registry.revisions.models import Revision
from registry.runtime import open_registry, set_up
from registry.search.schemas import ListRequest

BATCH = 2000
BARE = """
select a.registry_number, r.counted, s.status, s.reason, r.snapshot
from agreement a
join revision r on r.agreement_id = a.id
    and r.number = (select max(number) from revision where agreement_id = a.id and recorded_at <= :at)
left join status_period s on s.agreement_id = a.id and s.from_on <= :day and s.to_on >= :day
order by a.signed_earliest is null, a.signed_earliest desc, a.registry_number desc
"""


def opened(folder):
    settings = Settings(
        instance=folder / "instance", search_index=folder / "index", database_url=f"sqlite:///{folder / 'list.sqlite'}"
    )
    return open_registry(settings)


def grow(folder, count):
    """Fill a registry with copies of the bundled agreements until there are `count`."""
    (folder / "instance").mkdir(parents=True, exist_ok=True)
    registry = opened(folder)
    set_up(registry)
    with registry.database.read() as session:
        agreements = [dict(row) for row in session.execute(select(*Agreement.__table__.c)).mappings()]
        rows = session.execute(select(*Revision.__table__.c)).mappings()
        revisions = {row["agreement_id"]: dict(row) for row in rows}
        periods = [dict(row) for row in session.execute(select(*StatusPeriod.__table__.c)).mappings()]
    by_agreement = {}
    for period in periods:
        by_agreement.setdefault(period["agreement_id"], []).append(period)
    key = max(item["id"] for item in agreements)
    made, batch = len(agreements), {Agreement: [], Revision: [], StatusPeriod: []}
    with registry.database.engine.begin() as connection:
        while made < count:
            for item in agreements[: count - made]:
                key, made = key + 1, made + 1
                number = f"{item['registry_number'][:9]}{key:06}"
                snapshot = revisions[item["id"]]["snapshot"].replace(item["registry_number"], number)
                own = {"id": key, "registry_number": number, "reference": None}
                batch[Agreement].append({**item, **own})
                batch[Revision].append({**revisions[item["id"]], "id": key, "agreement_id": key, "snapshot": snapshot})
                for period in by_agreement[item["id"]]:
                    batch[StatusPeriod].append({**{k: v for k, v in period.items() if k != "id"}, "agreement_id": key})
            if len(batch[Agreement]) >= BATCH or made == count:
                for model, rows in batch.items():
                    connection.execute(insert(model.__table__), rows)
                    rows.clear()
    registry.close()


def request_of(registry, format_):
    with registry.database.read() as session:
        return resolved(
            session, registry.clock, "Asia/Almaty", ListRequest(), OPERATOR, ExportSchema().load({"format": format_})
        )


def memory():
    """Return the most memory that this process has had, in megabytes, and forget it."""
    status = Path("/proc/self/status").read_text()
    Path("/proc/self/clear_refs").write_text("5")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


def ours(folder, what):
    registry = opened(folder)
    asked = request_of(registry, what)
    # Whatever is loaded once for all exports is loaded by a small one.
    small = request_of(registry, what)
    with tempfile.TemporaryFile() as file:
        one = Export(registry.database, registry.index, small, is_cancelled=None)
        one._selection.revisions[:] = one._selection.revisions[:500]  # noqa: SLF001
        one.write_to(file)
    memory()
    idle = int(re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024
    with tempfile.TemporaryFile() as file:
        seconds = timed(lambda: Export(registry.database, registry.index, asked).write_to(file))
        size = file.tell()
    print(seconds, memory() - idle, size)


def bare_csv(folder):
    registry = opened(folder)
    asked = request_of(registry, "csv")
    at = asked.recorded_at.replace(tzinfo=None).isoformat(" ", timespec="microseconds")
    with (
        sqlite3.connect(folder / "list.sqlite") as database,
        tempfile.TemporaryFile("w", encoding="utf-8", newline="") as file,
    ):

        def run():
            writer = csv.writer(file, lineterminator="\r\n")
            for row in database.execute(BARE, {"at": at, "day": asked.on.isoformat()}):
                writer.writerow(row)

        seconds = timed(run)
        print(seconds, 0, file.tell())


def bare_xlsx(folder):
    cells = []

    def keep(sheet, lines):
        kinds = [column.kind for column in sheet.columns]
        cells.extend(
            [exact_day(v) or v if kind == "date" and v else v for v, kind in zip(line, kinds, strict=True)]
            for line in lines
        )
        yield b""

    registry = opened(folder)
    writers, WRITERS["xlsx"] = WRITERS["xlsx"], keep
    list(Export(registry.database, registry.index, request_of(registry, "xlsx")))
    WRITERS["xlsx"] = writers

    def run(path):
        book = xlsxwriter.Workbook(path, {"constant_memory": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page = book.add_worksheet()
        for number, row in enumerate(cells):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    page.write_string(number, place, value)
                elif isinstance(value, int):
                    page.write_number(number, place, value)
                elif value is not None:
                    page.write_datetime(number, place, value, day)
        book.close()

    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "bare.xlsx"
        print(timed(lambda: run(str(path))), 0, path.stat().st_size)


def measured(folder, *what):
    """Run one measurement in a process of its own; return seconds, megabytes above idle, and bytes."""
    line = [sys.executable, __file__, "--in", str(folder), "--one", *what]
    out = subprocess.run(line, check=True, capture_output=True, text=True, env={**os.environ}).stdout
    return tuple(map(float, out.split()[-3:]))


def report(folder, count, formats, runs):
    rows = []
    peers = {"csv": ("csv",), "jsonl": ("csv",), "xlsx": ("xlsx",)}
    bare = {}
    found = {}
    for _ in range(runs):
        for name in dict.fromkeys(peers[item][0] for item in formats if item in peers):
            bare.setdefault(name, []).append(measured(folder, f"bare-{name}"))
        for item in formats:
            found.setdefault(item, []).append(measured(folder, item))
    for item in formats:
        seconds, more, size = sorted(found[item])[runs // 2]
        peer = sorted(bare[peers[item][0]])[runs // 2][0] if item in peers else None
        rows.append(
            (
                item,
                f"{count / seconds:,.0f}",
                f"{count / peer:,.0f}" if peer else "—",
                f"{seconds / peer:.2f}" if peer else "—",
                f"{more:.0f} MB",
                f"{size / 1e6:.0f} MB",
            )
        )
    print(f"\n## Exports of {count:,} agreements\n")
    table(("format", "rows/s", "bare, rows/s", "time, ours to bare", "above idle", "size"), rows)


def measure(folder, count, formats, runs):
    """Fill a registry unless it is there already, and print the table."""
    place = folder / f"exports-{count}"
    if not (place / "done").is_file():
        begun = time.monotonic()
        grow(place, count)
        (place / "done").touch()
        say(f"  {count:,} agreements in {time.monotonic() - begun:.0f} s")
    report(place, count, formats, runs)


def main():
    parser = arguments(__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--formats", nargs="+", default=["csv", "jsonl", "json", "xlsx", "ods", "pdf"])
    parser.add_argument("--in", dest="folder", type=Path, help="measure in this folder, which is filled already")
    parser.add_argument("--one", help="one measurement: a format, bare-csv or bare-xlsx")
    add_keep(parser)
    args = parser.parse_args()
    if args.one:
        {"bare-csv": bare_csv, "bare-xlsx": bare_xlsx}.get(args.one, lambda folder: ours(folder, args.one))(args.folder)
        return
    with workplace(args.keep) as folder:
        measure(folder, args.rows, args.formats, args.runs)


if __name__ == "__main__":
    main()
