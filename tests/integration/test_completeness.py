"""The report over real records: counted for who reads, followed over time, and read with a fixed number of queries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from registry.agreements.models import Agreement, Side
from registry.completeness.report import findings_of, make_report
from registry.completeness.rules import gaps_in
from registry.completeness.schemas import ReportRequest
from registry.completeness.vocabulary import GapKind
from registry.core.access import ANYBODY, OPERATOR
from registry.core.clock import FixedClock
from registry.core.edtf import PartialDate
from registry.lifecycle.models import Action
from registry.outbox.services import note_changes
from registry.runtime import open_registry
from tests.conftest import TODAY
from tests.helpers.accounts import MovableClock
from tests.helpers.documents import number_of, put_in

ZONE = "Asia/Almaty"


@pytest.fixture
def clock():
    return MovableClock(TODAY)


@pytest.fixture(scope="module")
def still(filled, databases):
    """The bundled agreements, for tests that change nothing; of its own, since PostgreSQL copies nothing that is open."""
    opened = open_registry(replace(filled, database_url=databases.copy("filled", "still")), FixedClock(TODAY))
    yield opened
    opened.close()


@pytest.fixture
def registry(settings, clock):
    opened = open_registry(settings, clock)
    yield opened
    opened.close()


def report(registry, reader=OPERATOR, **asked):
    with registry.database.read(reader) as session:
        return make_report(session, registry.ledger, ReportRequest(**asked), registry.clock.today(), ZONE)


def change(registry, number, *statements, **values):
    with registry.database.write("officer") as uow:
        key = uow.session.scalar(sa.select(Agreement.id).where(Agreement.registry_number == number))
        for statement in statements:
            uow.session.execute(statement(key))
        if values:
            uow.session.execute(sa.update(Agreement).where(Agreement.id == key).values(**values))
        note_changes(uow.session, [key])
    return key


def statements_of(registry, work):
    seen = []

    def note(conn, cursor, statement, *rest):
        seen.append(statement)

    sa.event.listen(registry.database.engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        sa.event.remove(registry.database.engine, "before_cursor_execute", note)
    return [item for item in seen if item.startswith("SELECT") and "change_counter" not in item]


def test_the_counts_are_those_of_the_rows_and_the_newest_point_of_the_past(still):
    found = report(still)
    assert found.agreements == 88
    for kind in GapKind:
        assert found.counts[kind] == sum(kind in row.kinds for row in found.rows) == found.trend[-1].counts[kind]
    assert found.trend[-1].agreements == 88


def test_the_list_and_the_page_of_an_agreement_say_the_same(still):
    rows = {row.agreement_id: list(row.gaps) for row in report(still).rows}
    with still.database.read() as session:
        for key in session.scalars(sa.select(Agreement.id)):
            assert gaps_in(findings_of(session, key, still.clock.today())) == rows.get(key, [])


def test_the_report_takes_the_same_queries_however_many_agreements_it_is_about(registry):
    report(registry)
    assert statements_of(registry, lambda: report(registry)) == []
    change(registry, number_of(registry), signed_at={"en": "Minsk"})
    assert len(statements_of(registry, lambda: report(registry))) == 2


def test_filters_narrow_what_is_judged_and_kinds_what_is_listed(still):
    everything = report(still)
    ministries = report(still, level=("ministries",))
    assert 0 < ministries.agreements < everything.agreements
    assert ministries.trend[-1].agreements == ministries.agreements
    body = ministries.bodies[0]
    of_body = report(still, body=(body.key,))
    assert (of_body.agreements, len(of_body.rows)) == (body.agreements, body.incomplete)
    entry = report(still, gap=(GapKind.ENTRY_INTO_FORCE,))
    assert entry.agreements == everything.agreements
    assert len(entry.rows) == everything.counts[GapKind.ENTRY_INTO_FORCE]
    assert report(still, years=100).counts[GapKind.ENTRY_INTO_FORCE] == 0


@pytest.mark.parametrize("sort", ["-gaps", "registry_number", "signed_on"])
def test_the_list_is_in_the_order_that_was_asked_for(still, sort):
    rows = report(still, sort=sort).rows
    keys = {
        "-gaps": [-len(row.gaps) for row in rows],
        "registry_number": [row.state.number for row in rows],
        "signed_on": [row.state.signed_by for row in rows],
    }[sort]
    assert keys == sorted(keys)


def test_nothing_of_what_a_reader_may_not_see_is_counted(registry):
    before = report(registry, ANYBODY)
    number = before.rows[0].state.number
    change(registry, number, access="restricted")
    after = report(registry, ANYBODY)
    assert after.agreements == before.agreements - 1
    assert number not in {row.state.number for row in after.rows}
    assert {point.agreements for point in after.trend} == {after.agreements}, "today decides about the past as well"
    assert sum(row.agreements for row in after.bodies) < sum(row.agreements for row in before.bodies)
    assert report(registry, OPERATOR).agreements == before.agreements


def test_a_closed_text_mends_the_gap_for_those_who_see_it(registry):
    number = number_of(registry)
    put_in(registry, "Статья 1\nТекст", role="authentic_text", access="internal")

    def misses_a_text(reader):
        rows = {row.state.number: {gap.code for gap in row.gaps} for row in report(registry, reader).rows}
        return "no_text" in rows[number]

    assert misses_a_text(ANYBODY)
    assert not misses_a_text(OPERATOR)


def dated_early(key):
    return sa.update(Action).where(Action.agreement_id == key).values(on=PartialDate("1990-01-01"))


def without_acts(key):
    return sa.delete(Action).where(Action.agreement_id == key)


def by_ministries(key):
    return sa.update(Side).where(Side.agreement_id == key).values(level="ministries")


def test_the_past_is_followed_day_by_day_and_later_by_months(registry, clock):
    number, first = number_of(registry), clock.today()
    had = report(registry).counts[GapKind.ACTIONS]
    clock.pass_by(days=2)
    change(registry, number, dated_early, signed_on=PartialDate("2000-01-01"))
    clock.pass_by(days=2)
    found = report(registry)
    assert [point.day for point in found.trend] == [first + timedelta(days=count) for count in range(5)]
    assert [point.counts[GapKind.ACTIONS] for point in found.trend] == [had, had, had + 1, had + 1, had + 1]
    clock.pass_by(days=70)
    days = [point.day for point in report(registry).trend]
    assert days == [date(2026, 11, 30), date(2026, 12, 31), date(2027, 1, 31), clock.today()]


def test_an_entry_that_is_late_is_late_from_its_day_on_without_any_change(registry, clock):
    number = number_of(registry)
    signed = clock.today() - timedelta(days=3 * 365)
    key = change(
        registry,
        number,
        without_acts,
        signed_on=PartialDate.from_date(signed),
        signed_earliest=signed,
        signed_latest=signed,
    )
    clock.pass_by(days=5)
    found = report(registry)
    late = [point.counts[GapKind.ENTRY_INTO_FORCE] for point in found.trend]
    assert late[-1] == late[0] + 1
    assert key in {row.agreement_id for row in found.rows if GapKind.ENTRY_INTO_FORCE in row.kinds}


def test_what_changed_is_in_the_next_report(registry):
    before = report(registry).counts[GapKind.LEVEL]
    change(registry, number_of(registry), by_ministries, level="ministries")
    assert report(registry).counts[GapKind.LEVEL] > before


def test_an_empty_registry_has_an_empty_report(empty_registry):
    found = report(empty_registry)
    assert (found.agreements, found.rows, found.trend) == (0, (), ())
