"""How fast the audit log is checked, proven and appended to.

*verify*: one pass over all entries as `registry audit verify` makes it, beside bare SHA-256 of the same bytes (made
ready in memory, once for the leaves and once for the nodes, as a tree needs both) and beside reading the rows alone.
*proofs*: made from the database and checked, for entries and earlier heads all over the log. *append*: a transaction
with one entry, signed and committed, at this size.
"""

from __future__ import annotations

import hashlib
import random
import statistics
import time
from datetime import UTC, datetime, timedelta

from common import arguments, milliseconds, progress, say, table, timed, workplace
from sqlalchemy import select

from registry.audit.merkle import is_consistent, is_included, leaf_hash
from registry.audit.models import Entry, SignedHead
from registry.audit.queries import current_head, head_at, leaf_bytes, prove_consistency, prove_entry
from registry.audit.services import Noted, append_entries, record
from registry.audit.verifying import verify_log
from registry.audit.vocabulary import Act
from registry.config import Settings
from registry.runtime import bring_up_to_date, open_registry

BATCH = 10_000
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def sure(holds):
    """End the program when what it measures is wrong."""
    if not holds:
        raise SystemExit("a proof does not hold: nothing that was measured means anything")


def grow(registry, size):
    """Append entries as sign-ins, downloads and revisions leave them, in large transactions, each with its head."""
    tell = progress("appending")
    with registry.database.read() as session:
        done = current_head(session).size
    while done < size:
        count = min(BATCH, size - done)
        noted = [
            Noted(
                Act.AGREEMENT_REVISED,
                f"BLR-1996-{place % 1000:03}",
                "done",
                {"revision": place % 50, "sha256": hashlib.sha256(str(place).encode()).hexdigest()},
                None,
            )
            for place in range(done, done + count)
        ]
        with registry.database.write("officer@example.org") as uow:
            head = append_entries(uow.session, BEGIN + timedelta(seconds=done), uow.actor, noted)
            uow.session.add(SignedHead(size=head.size, signature=registry.log_key.sign(head)))
        done += count
        tell(done, size)


def bare(registry):
    """Return the seconds that SHA-256 alone needs for the bytes of all leaves and nodes."""
    with registry.database.read() as session:
        rows = session.execute(select(Entry).order_by(Entry.position).execution_options(yield_per=BATCH)).scalars()
        leaves = []
        for entry in rows:
            leaves.append(b"\x00" + leaf_bytes(entry))
            session.expunge(entry)
    node = b"\x01" + bytes(64)

    def run():
        for leaf in leaves:
            hashlib.sha256(leaf).digest()
        for _ in leaves[1:]:
            hashlib.sha256(node).digest()

    return min(timed(run) for _ in range(3)), sum(map(len, leaves)) / len(leaves)


def read_only(registry):
    """Return the seconds that reading the rows takes, without doing anything with them."""

    def run():
        with registry.database.read() as session:
            columns = [getattr(Entry, name) for name in Entry.__table__.columns.keys()]  # noqa: SIM118
            for _ in session.execute(select(*columns).order_by(Entry.position).execution_options(yield_per=5000)):
                pass

    return timed(run)


def proofs(registry, size, runs=100):
    """Return the medians and maxima of seconds for inclusion and consistency, made and checked."""
    chance = random.Random(1)  # noqa: S311  The same places in each run, and no secrets.
    inclusion, consistency = [], []
    for _ in range(runs):
        with registry.database.read() as session:
            begun = time.perf_counter()
            proof = prove_entry(session, chance.randrange(size))
            leaf = leaf_hash(proof.leaf)
            sure(is_included(leaf, proof.entry.position, proof.head.size, proof.path, proof.head.root))
            inclusion.append(time.perf_counter() - begun)
        with registry.database.read() as session:
            old = chance.randrange(1, size)
            before, now = head_at(session, old).root, current_head(session)
            begun = time.perf_counter()
            path = prove_consistency(session, old, now.size)
            sure(is_consistent(old, now.size, path, before, now.root))
            consistency.append(time.perf_counter() - begun)
    return inclusion, consistency


def appended(registry, runs=50):
    """Return the median of seconds for a transaction with one entry."""

    def run():
        with registry.database.write("officer@example.org") as uow:
            record(uow, Act.LIST_EXPORTED, "csv", detail={"agreements": 88})

    return statistics.median(timed(run) for _ in range(runs))


def main():
    parser = arguments(__doc__)
    parser.add_argument("--entries", type=int, nargs="+", default=[10_000, 100_000], help="sizes of the log")
    rows = []
    sizes = sorted(parser.parse_args().entries)
    with workplace(None) as folder:
        settings = Settings(
            instance=folder, search_index=folder / "index", database_url=f"sqlite:///{folder / 'log.sqlite'}"
        )
        registry = open_registry(settings)
        bring_up_to_date(registry)
        for size in sizes:
            grow(registry, size)
            begun = time.perf_counter()
            with registry.database.read() as session:
                verdict = verify_log(session, registry.log_key)
            seconds = time.perf_counter() - begun
            sure(not verdict.faults)
            hashing, length = bare(registry)
            inclusion, consistency = proofs(registry, size)
            rows.append(
                (
                    f"{size:,}",
                    f"{size / seconds:,.0f}",
                    f"{size / hashing:,.0f}",
                    f"{hashing / seconds:.2f}",
                    f"{size / read_only(registry):,.0f}",
                    f"{length:.0f}",
                    milliseconds(statistics.median(inclusion)),
                    milliseconds(statistics.median(consistency)),
                    milliseconds(max(consistency)),
                    milliseconds(appended(registry)),
                )
            )
        registry.close()
    say("")
    table(
        (
            "entries",
            "verified/s",
            "bare SHA-256/s",
            "ratio",
            "rows read/s",
            "bytes",
            "inclusion",
            "consistency",
            "at most",
            "append",
        ),
        rows,
    )


if __name__ == "__main__":
    main()
