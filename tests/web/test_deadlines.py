"""What is due, as page and as calendar: by date, by body, by level, and only what the reader may see."""

from __future__ import annotations

import re
from datetime import date, timedelta

import icalendar
import sqlalchemy as sa
import vobject

from registry.accounts.services import disable_user
from registry.agreements.models import Agreement, Title
from registry.audit.models import Entry
from registry.audit.vocabulary import Act
from registry.core.access import ANYBODY, OPERATOR
from registry.deadlines.models import AgreementDeadline
from registry.deadlines.queries import due_days, heirs_of, not_said, responsible_bodies
from registry.deadlines.schemas import DeadlineRequest
from registry.deadlines.services import renew_deadlines
from registry.interchange.calendar import DeadlineEvent, deadline_calendar
from registry.lifecycle.dossier import dossier_by_number
from registry.outbox.services import note_changes
from registry.parties.models import Body
from tests.conftest import TODAY
from tests.helpers.accounts import browser, form_token, new_user, send, sign_in

FAR = DeadlineRequest(days=3660)


def days_of(registry, asked=FAR, reader=OPERATOR):
    with registry.database.read(reader) as session:
        return due_days(session, asked, TODAY.date(), "KAZ")


def close(registry, agreement_id):
    """Make an agreement internal."""
    with registry.database.write("test") as uow:
        uow.session.execute(sa.update(Agreement).where(Agreement.id == agreement_id).values(access="internal"))
        note_changes(uow.session, [agreement_id])
        return uow.session.scalar(sa.select(Agreement.registry_number).where(Agreement.id == agreement_id))


def test_the_rows_say_what_the_page_of_each_agreement_says(registry):
    found = {}
    for day in days_of(registry):
        found.setdefault(day.agreement_id, {})[str(day.kind)] = day.on
    assert found
    with registry.database.read() as session:
        last = TODAY.date() + timedelta(days=3660)
        for key, number in session.execute(sa.select(Agreement.id, Agreement.registry_number)):
            dossier = dossier_by_number(session, number, TODAY.date())
            expected = {}
            if dossier.next_term and dossier.next_term.last_day <= last:
                expected["expiry"] = dossier.next_term.last_day
            if dossier.notice and dossier.notice.notice_by <= last:
                expected["notice"] = dossier.notice.notice_by
            assert found.get(key, {}) == expected, number


def test_every_agreement_has_a_row_and_a_list_is_in_order(registry):
    with registry.database.read() as session:
        missing = sa.select(sa.func.count(Agreement.id)).where(
            ~sa.exists().where(AgreementDeadline.agreement_id == Agreement.id)
        )
        assert session.scalar(missing) == 0
    days = [day.on for day in days_of(registry)]
    assert days == sorted(days)
    assert days[0] >= TODAY.date()


def test_a_list_takes_the_same_queries_however_long_it_is(registry, client):
    counts = []
    for days in (400, 3660):
        statements = []

        def note(conn, cursor, statement, *rest, kept=statements):
            kept.append(statement)

        sa.event.listen(registry.database.engine, "before_cursor_execute", note)
        assert client.get(f"/deadlines?days={days}").status_code == 200
        sa.event.remove(registry.database.engine, "before_cursor_execute", note)
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert counts[1] < 20


def test_what_has_passed_is_reckoned_anew(registry):
    before = {(day.agreement_id, day.kind): day.on for day in days_of(registry)}
    with registry.database.write("test") as uow:
        uow.session.execute(
            sa.update(AgreementDeadline).values(
                good_until_on=date(2020, 1, 1), expires_on=date(2020, 1, 1), notice_by=None, notice_for=None
            )
        )
    assert days_of(registry) == []
    assert renew_deadlines(registry.database, most=5) > 0
    assert renew_deadlines(registry.database) == 0
    assert {(day.agreement_id, day.kind): day.on for day in days_of(registry)} == before


def test_a_page_reckons_anew_what_has_passed(registry, client):
    whole = client.get("/deadlines").text
    with registry.database.write("test") as uow:
        uow.session.execute(sa.update(AgreementDeadline).values(good_until_on=date.min, expires_on=None))
    assert client.get("/deadlines").text == whole


def test_what_cannot_be_said_is_counted_and_listed_by_its_reason(registry, client):
    with registry.database.read() as session:
        unknown = not_said(session, DeadlineRequest(), "KAZ")
    assert unknown["status_not_known"] > 0
    page = client.get("/deadlines?not_known=status_not_known").text
    assert "it cannot be said whether it is in force" in page
    assert page.count('<th scope="row"><a href="/agreements/') == min(unknown["status_not_known"], 100)


def test_the_filters_narrow_the_list(registry, client):
    every = days_of(registry)
    kinds = [days_of(registry, DeadlineRequest(days=3660, kind=kind)) for kind in ("notice", "expiry")]
    assert sorted(map(str, every)) == sorted(map(str, kinds[0] + kinds[1]))
    levels = ("heads_of_state", "governments", "ministries", "other")
    by_level = [days_of(registry, DeadlineRequest(days=3660, level=level)) for level in levels]
    assert {day for found in by_level for day in found} == set(every)
    assert 0 < len(by_level[1]) < len(every)
    with registry.database.read() as session:
        bodies = responsible_bodies(session, {day.agreement_id for day in every}, "KAZ")
    (key, body), *_ = ((key, found[0]) for key, found in bodies.items())
    found = {day.agreement_id for day in days_of(registry, DeadlineRequest(days=3660, body=body.key))}
    assert found == {one for one, its in bodies.items() if body.id in [item.id for item in its]}
    assert key in found
    page = client.get(f"/deadlines?days=3660&body={body.key}&level=&kind=").text
    assert len(set(re.findall(r'href="/agreements/([A-Z]+-\d+-\d+)"', page))) == len(found)
    assert client.get("/deadlines?level=kings").status_code == 422
    assert client.get("/deadlines?days=0").status_code == 422
    assert client.get("/deadlines?days=30&page=9").status_code == 302


def test_a_body_that_was_renamed_is_followed_to_its_successor(registry):
    with registry.database.read() as session:
        bodies = responsible_bodies(session, {day.agreement_id for day in days_of(registry)}, "KAZ")
    old = next(found[0] for found in bodies.values())
    with registry.database.write("test") as uow:
        new = Body(key="KAZ/new", party_id=old.party_id, kind="ministry", names={"en": "New"}, also_known_as=[])
        uow.session.add(new)
        uow.session.flush()
        uow.session.get_one(Body, old.id).successor_id = new.id
        # Two bodies that succeed each other are a mistake of the data, and must not hang the page.
        circle = [
            Body(key=f"KAZ/{name}", party_id=old.party_id, kind="ministry", names={"en": name}, also_known_as=[])
            for name in "ab"
        ]
        uow.session.add_all(circle)
        uow.session.flush()
        circle[0].successor_id, circle[1].successor_id = circle[1].id, circle[0].id
    with registry.database.read() as session:
        heirs, _ = heirs_of(session)
        assert heirs[old.id] == new.id
    of_new = days_of(registry, DeadlineRequest(days=3660, body="KAZ/new"))
    assert of_new
    assert of_new == days_of(registry, DeadlineRequest(days=3660, body=old.key))


def test_what_a_reader_may_not_see_is_not_due_for_them(registry, app, client):
    target = days_of(registry)[0].agreement_id
    with registry.database.read() as session:
        before = not_said(session, DeadlineRequest(), "KAZ")
    number = close(registry, target)
    assert target not in {day.agreement_id for day in days_of(registry, reader=ANYBODY)}
    assert number not in client.get("/deadlines?days=3660").text
    assert number not in client.get("/deadlines.ics?days=3660").text
    new_user(registry)
    officer = browser(app)
    sign_in(officer)
    assert number in officer.get("/deadlines?days=3660").text
    assert number in officer.get("/deadlines.ics?days=3660").text
    with registry.database.read(ANYBODY) as session:
        hidden = sum(before.values()) - sum(not_said(session, DeadlineRequest(), "KAZ").values())
    assert hidden in (0, 1, 2)


def test_the_drawing_and_its_table_say_what_the_list_says(registry, client):
    page = client.get("/deadlines?days=1825").text
    total = len(days_of(registry, DeadlineRequest(days=1825)))
    drawn = sum(int(count) for count in re.findall(r"<title>[^<]*: (\d+)</title>", page))
    assert drawn == total
    assert "style=" not in page
    assert f"{total} deadlines within 1825 days" in page


def parsed(data):
    """Hold a calendar against two parsers and the rules of RFC 5545 that can be checked by counting."""
    assert all(len(line) <= 75 for line in data.split(b"\r\n")), "section 3.1: lines of at most 75 octets"
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert data.replace(b"\r\n", b"").count(b"\n") == 0
    events = vobject.readOne(data.decode()).vevent_list
    again = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert [str(event["UID"]) for event in again] == [event.uid.value for event in events]
    assert len({event.uid.value for event in events}) == len(events), "section 3.8.4.7: UIDs are unique"
    return events


def test_the_calendar_holds_the_deadlines_of_the_list(registry, client):
    answer = client.get("/deadlines.ics?days=3660")
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    events = parsed(answer.data)
    expected = days_of(registry)
    assert [event.dtstart.value for event in events] == [day.on for day in expected]
    with registry.database.read() as session:
        rows = {row.id: row for row in session.scalars(sa.select(Agreement))}
    for event, day in zip(events, expected, strict=True):
        agreement = rows[day.agreement_id]
        assert event.dtstart.params["VALUE"] == ["DATE"]
        assert event.sequence.value == str(agreement.revision)
        assert event.dtstamp.value == agreement.revised_at.replace(microsecond=0)
        assert event.url.value.endswith(f"/agreements/{agreement.registry_number}")
        assert event.transp.value == "TRANSPARENT"
        assert all(alarm.trigger.value < timedelta(0) for alarm in event.valarm_list)
    assert client.get("/deadlines.ics?days=3660").data == answer.data


def test_an_event_keeps_its_identity_when_the_record_is_revised(registry, client):
    def events():
        return {event.uid.value: event for event in parsed(client.get("/deadlines.ics?days=3660").data)}

    before, target = events(), days_of(registry)[0].agreement_id
    with registry.database.write("test") as uow:
        uow.session.execute(sa.update(Title).where(Title.agreement_id == target).values(text="Другое название"))
        note_changes(uow.session, [target])
    after = events()
    assert before.keys() == after.keys()
    changed = [key for key in before if before[key].sequence.value != after[key].sequence.value]
    assert changed
    assert all("Другое название" in after[key].description.value for key in changed)


def test_long_and_strange_texts_survive_folding_and_escaping():
    strange = "Соглашение; «о торговле», часть 1\\2: " + "длинное название " * 30 + "\nвторая строка"
    event = DeadlineEvent(
        identity="a@b",
        revision=3,
        revised_at=TODAY,
        on=date(2027, 2, 28),
        summary=strange.replace("\n", " "),
        description=strange,
        address="https://example.org/agreements/BLR-1996-003",
        category="Срок",
        alarms=(90, 14),
        is_open=False,
    )
    (read,) = parsed(deadline_calendar("Сроки", "ru", [event]))
    assert read.description.value == strange
    assert read.summary.value == event.summary
    assert [alarm.trigger.value for alarm in read.valarm_list] == [
        timedelta(days=-90, hours=9),
        timedelta(days=-14, hours=9),
    ]
    assert getattr(read, "class").value == "CONFIDENTIAL"


def test_a_private_calendar_reads_with_the_rights_and_in_the_language_of_its_user(registry, app, client):
    number = close(registry, days_of(registry)[0].agreement_id)
    new_user(registry)
    officer = browser(app)
    sign_in(officer)
    assert officer.get("/deadlines").text.count("deadlines/calendar/end") == 0
    token = form_token(officer.get("/deadlines?lang=ru").text)
    assert officer.post("/deadlines/calendar?lang=ru", data={"csrf_token": token}).status_code == 303
    page = officer.get("/deadlines").text
    address = re.search(r'id="new-calendar" class="address" value="http://localhost([^"]+)"', page)[1]
    assert "new-calendar" not in officer.get("/deadlines").text, "it is shown once"
    answer = client.get(f"{address}?days=3660")
    assert number in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Последний день" in answer.text.replace("\r\n ", "")
    parsed(answer.data)
    with registry.database.read() as session:
        read = session.scalars(sa.select(Entry).where(Entry.act == Act.LIST_READ).order_by(-Entry.position)).first()
    assert (read.actor, read.object) == ("officer", "private calendar"), "the address is a secret"
    assert number in read.detail

    send(officer, "/deadlines/calendar", page="/deadlines")
    assert client.get(address).status_code == 404, "a new address takes its place"
    newer = re.search(r'value="http://localhost(/deadlines/[^"]+\.ics)"', officer.get("/deadlines").text)[1]
    assert client.get(newer).status_code == 200
    with registry.database.write("test") as uow:
        disable_user(uow, "officer")
    assert client.get(newer).status_code == 404
    assert client.get("/deadlines/wrong.ics").status_code == 404


def test_a_private_calendar_can_be_ended_by_its_user_alone(registry, app, client):
    assert client.post("/deadlines/calendar").status_code in (400, 403)
    new_user(registry)
    officer = browser(app)
    sign_in(officer)
    send(officer, "/deadlines/calendar", page="/deadlines")
    address = re.search(r'value="http://localhost(/deadlines/[^"]+\.ics)"', officer.get("/deadlines").text)[1]
    assert send(officer, "/deadlines/calendar/end", page="/deadlines").status_code == 303
    assert client.get(address).status_code == 404
    assert "works no more" in officer.get("/deadlines").text
