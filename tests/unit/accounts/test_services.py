"""Adding users, choosing passwords, signing in and out: on a real database, as the rest of the registry does."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST, RFC_9106_LOW_MEMORY
from marshmallow import ValidationError

from registry.accounts import credentials
from registry.accounts.models import PasswordLink, SignIn, User
from registry.accounts.queries import open_sign_ins, user_of_link, who_is_signed_in
from registry.accounts.rules import ABSOLUTE_LIMIT, IDLE_LIMIT, LINK_LIMIT
from registry.accounts.schemas import AddUser, AddUserSchema
from registry.accounts.services import (
    _DELETED_AT_ONCE,
    add_first_administrator,
    add_user,
    choose_password,
    delete_past,
    disable_user,
    enable_user,
    end_sign_in,
    end_sign_ins,
    issue_password_link,
    note_use,
    set_body,
    set_email,
    set_role,
    sign_in,
    sign_out,
)
from registry.accounts.vocabulary import Role
from registry.core.errors import InvalidInputError, NotFoundError, RuleViolationError
from tests.helpers.accounts import PASSWORD, new_user, proven


def begin(registry, login="officer"):
    with registry.database.write(login) as uow:
        return sign_in(uow, proven(registry, login))


def holder(registry, token, after=timedelta()):
    with registry.database.read() as session:
        return who_is_signed_in(session, token, registry.clock.now() + after)


def link(registry, login="officer"):
    with registry.database.write("test") as uow:
        return issue_password_link(uow, login)


def choose(registry, token, password=PASSWORD):
    with registry.database.write("test") as uow:
        choose_password(uow, token, password)


def test_a_login_is_taken_once_and_the_transaction_can_go_on(empty_registry):
    with empty_registry.database.write("test") as uow:
        add_user(uow, AddUser("officer", "A", "auditor"))
        with pytest.raises(RuleViolationError, match="already"):
            add_user(uow, AddUser("officer", "B", "auditor"))
        add_user(uow, AddUser("other", "C", "auditor"))
    with empty_registry.database.read() as session:
        assert set(session.scalars(sa.select(User.name))) == {"A", "C"}


def test_the_shape_of_a_new_user():
    assert AddUserSchema().load({"login": " A@B.org", "name": " N ", "role": "auditor"}) == AddUser(
        "a@b.org", "N", "auditor"
    )
    for wrong in ({"role": "king"}, {"login": "two words"}, {"name": " "}, {"name": "x" * 201}):
        with pytest.raises(ValidationError):
            AddUserSchema().load({"login": "a@b.org", "name": "N", "role": "auditor", **wrong})


def test_the_database_refuses_a_role_that_nobody_knows(empty_registry):
    with pytest.raises(sa.exc.IntegrityError), empty_registry.database.write("test") as uow:
        uow.session.add(User(login="x", name="X", role="king", is_active=True, created_at=uow.clock.now()))


def test_nobody_signs_in_before_a_password_is_chosen(empty_registry):
    new_user(empty_registry, password=None)
    assert proven(empty_registry) is None
    assert proven(empty_registry, password="") is None


def test_the_right_password_proves_who_it_is_and_no_other_does(empty_registry):
    new_user(empty_registry)
    assert proven(empty_registry).login == "officer"
    assert proven(empty_registry, password=PASSWORD.upper()) is None
    assert proven(empty_registry, login="nobody") is None


def test_only_hashes_of_secrets_are_kept(empty_registry):
    new_user(empty_registry)
    tokens = {begin(empty_registry), link(empty_registry)}
    with empty_registry.database.read() as session:
        kept = [
            str(value)
            for table in (User, SignIn, PasswordLink)
            for row in session.execute(sa.select(*table.__table__.columns))
            for value in row
        ]
    assert not [value for value in kept if PASSWORD in value or any(token in value for token in tokens)]


def test_a_link_chooses_a_password_once(empty_registry):
    new_user(empty_registry, password=None)
    token = link(empty_registry)
    choose(empty_registry, token)
    assert proven(empty_registry)
    with pytest.raises(NotFoundError):
        choose(empty_registry, token, "another long set of words")
    assert proven(empty_registry)


def test_of_two_who_use_one_link_at_the_same_moment_one_succeeds(empty_registry):
    new_user(empty_registry, password=None)
    token = link(empty_registry)
    together, outcomes = Barrier(2), []

    def use(password):
        together.wait()
        try:
            choose(empty_registry, token, password)
        except NotFoundError:
            outcomes.append(None)
        else:
            outcomes.append(password)

    passwords = ["the words of the first one", "the words of the second one"]
    threads = [Thread(target=use, args=(password,)) for password in passwords]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (chosen,) = (password for password in outcomes if password)
    assert [bool(proven(empty_registry, password=password)) for password in passwords] == [
        password == chosen for password in passwords
    ]


def test_a_refused_password_leaves_the_link_as_it_was(empty_registry):
    new_user(empty_registry, password=None)
    token = link(empty_registry)
    with pytest.raises(InvalidInputError) as raised:
        choose(empty_registry, token, "too short")
    assert "password" in raised.value.errors
    choose(empty_registry, token)


def test_a_new_link_and_a_chosen_password_end_the_links_before(empty_registry):
    new_user(empty_registry, password=None)
    first, second = link(empty_registry), link(empty_registry)
    with pytest.raises(NotFoundError):
        choose(empty_registry, first)
    choose(empty_registry, second)


def test_a_link_expires(empty_registry):
    new_user(empty_registry, password=None)
    token = link(empty_registry)
    with empty_registry.database.read() as session:
        now = empty_registry.clock.now()
        assert user_of_link(session, token, now + LINK_LIMIT - timedelta(seconds=1)).login == "officer"
        assert user_of_link(session, token, now + LINK_LIMIT) is None
        assert user_of_link(session, "made up", now) is None


def test_a_chosen_password_ends_every_sign_in_and_the_old_password(empty_registry):
    new_user(empty_registry)
    token = begin(empty_registry)
    choose(empty_registry, link(empty_registry), "another long set of words")
    assert holder(empty_registry, token) is None
    assert proven(empty_registry) is None


def test_a_sign_in_has_a_limit_without_use_and_one_in_any_case(empty_registry):
    new_user(empty_registry)
    token = begin(empty_registry)
    second = timedelta(seconds=1)
    assert holder(empty_registry, token, IDLE_LIMIT - second)
    assert holder(empty_registry, token, IDLE_LIMIT) is None
    with empty_registry.database.write("test") as uow:
        uow.session.execute(sa.update(SignIn).values(last_seen_at=uow.clock.now() + ABSOLUTE_LIMIT))
    assert holder(empty_registry, token, ABSOLUTE_LIMIT - second)
    assert holder(empty_registry, token, ABSOLUTE_LIMIT) is None


def test_use_is_noted(empty_registry):
    new_user(empty_registry)
    token = begin(empty_registry)
    with empty_registry.database.write("test") as uow:
        uow.session.execute(sa.update(SignIn).values(last_seen_at=uow.clock.now() - timedelta(minutes=30)))
    with empty_registry.database.write("test") as uow:
        note_use(uow, holder(empty_registry, token).sign_in_id)
    assert holder(empty_registry, token).last_seen_at == empty_registry.clock.now()


def test_signing_out_ends_this_sign_in_only(empty_registry):
    new_user(empty_registry)
    first, second = begin(empty_registry), begin(empty_registry)
    with empty_registry.database.write("test") as uow:
        sign_out(uow, first)
        sign_out(uow, "made up")
    assert holder(empty_registry, first) is None
    assert holder(empty_registry, second)


def test_a_user_ends_own_sign_ins_and_nobody_else_s(empty_registry):
    mine, other = new_user(empty_registry), new_user(empty_registry, login="other")
    token, foreign = begin(empty_registry), begin(empty_registry, "other")
    with empty_registry.database.read() as session:
        (foreign_row,) = open_sign_ins(session, other, empty_registry.clock.now())
        (row,) = open_sign_ins(session, mine, empty_registry.clock.now())
    with pytest.raises(NotFoundError), empty_registry.database.write("test") as uow:
        end_sign_in(uow, mine, foreign_row.id)
    assert holder(empty_registry, foreign)
    with empty_registry.database.write("test") as uow:
        end_sign_in(uow, mine, row.id)
    assert holder(empty_registry, token) is None
    with pytest.raises(NotFoundError), empty_registry.database.write("test") as uow:
        end_sign_in(uow, mine, row.id)


def test_all_sign_ins_of_a_user_end_at_once(empty_registry):
    mine = new_user(empty_registry)
    new_user(empty_registry, login="other")
    tokens, foreign = [begin(empty_registry), begin(empty_registry)], begin(empty_registry, "other")
    with empty_registry.database.write("test") as uow:
        assert end_sign_ins(uow, mine) == 2
    assert [holder(empty_registry, token) for token in tokens] == [None, None]
    assert holder(empty_registry, foreign)


def test_a_disabled_user_is_out_at_once_by_every_way(empty_registry):
    new_user(empty_registry)
    token, before, open_link = begin(empty_registry), proven(empty_registry), link(empty_registry)
    with empty_registry.database.write("test") as uow:
        assert disable_user(uow, " OFFICER") == 1
    assert holder(empty_registry, token) is None
    assert proven(empty_registry) is None
    with pytest.raises(NotFoundError):
        choose(empty_registry, open_link)
    with pytest.raises(RuleViolationError, match="disabled"):
        link(empty_registry)
    with empty_registry.database.write("test") as uow:
        assert sign_in(uow, before) is None, "the password was compared before, the sign-in came after"
    with pytest.raises(NotFoundError), empty_registry.database.write("test") as uow:
        disable_user(uow, "nobody")


def test_an_enabled_user_signs_in_with_the_password_of_before_and_nothing_else_of_it_comes_back(empty_registry):
    new_user(empty_registry)
    token, open_link = begin(empty_registry), link(empty_registry)
    with empty_registry.database.write("test") as uow:
        with pytest.raises(RuleViolationError, match="not disabled"):
            enable_user(uow, "officer")
        disable_user(uow, "officer")
        uow.session.flush()
        assert enable_user(uow, " OFFICER").is_active
        with pytest.raises(NotFoundError):
            enable_user(uow, "nobody")
    assert holder(empty_registry, token) is None
    with pytest.raises(NotFoundError):
        choose(empty_registry, open_link)
    assert holder(empty_registry, begin(empty_registry))


def test_another_role_ends_what_is_open_so_that_no_token_rises(empty_registry):
    new_user(empty_registry, role="submitter")
    token = begin(empty_registry)
    with empty_registry.database.write("test") as uow:
        set_role(uow, "Officer", Role.AUDITOR)
        with pytest.raises(NotFoundError):
            set_role(uow, "nobody", Role.AUDITOR)
    assert holder(empty_registry, token) is None
    assert "restricted" in holder(empty_registry, begin(empty_registry)).reader.sees


def test_nobody_disables_themselves_or_takes_their_own_role_away(empty_registry):
    new_user(empty_registry, login="chief", role="administrator")
    for act in (lambda uow: disable_user(uow, "chief"), lambda uow: set_role(uow, "chief", Role.AUDITOR)):
        with (
            pytest.raises(RuleViolationError, match="another administrator"),
            empty_registry.database.write("chief") as uow,
        ):
            act(uow)
    with empty_registry.database.write("command line") as uow:
        assert disable_user(uow, "chief") == 0


def test_the_first_administrator_is_added_to_an_empty_registry_only(empty_registry):
    with empty_registry.database.write("registry init") as uow:
        token = add_first_administrator(uow)
    choose(empty_registry, token)
    assert holder(empty_registry, begin(empty_registry, "administrator")).role == "administrator"
    with empty_registry.database.write("registry init") as uow:
        assert add_first_administrator(uow) is None


def test_an_address_is_that_of_the_login_unless_another_is_given(empty_registry):
    with empty_registry.database.write("test") as uow:
        assert add_user(uow, AddUser("a@example.org", "A", "auditor")).email == "a@example.org"
        assert add_user(uow, AddUser("b@example.org", "B", "auditor", email="c@example.org")).email == "c@example.org"
        assert add_user(uow, AddUser("plain", "P", "auditor")).email is None
        token = issue_password_link(uow, "plain")
        assert set_email(uow, "plain", "p@example.org").email == "p@example.org"
        with pytest.raises(InvalidInputError):
            set_email(uow, "plain", "p@example.org\nBcc: x@example.org")
    with pytest.raises(NotFoundError):
        choose(empty_registry, token)


def test_what_has_ended_is_deleted_and_what_goes_on_is_not(empty_registry):
    mine = new_user(empty_registry)
    open_now, ended = begin(empty_registry), begin(empty_registry)
    link(empty_registry)
    now = empty_registry.clock.now()
    with empty_registry.database.write("test") as uow:
        sign_out(uow, ended)
        for started, seen in ((ABSOLUTE_LIMIT, timedelta()), (IDLE_LIMIT, IDLE_LIMIT)):
            values = {"user_id": mine, "started_at": now - started, "last_seen_at": now - seen}
            uow.session.add(SignIn(**values, token_hash=f"{started} {seen}"))
        uow.session.add(PasswordLink(user_id=mine, token_hash="expired", expires_at=now))
    with empty_registry.database.write("test") as uow:
        # Three sign-ins and the link that expired; signing in has deleted the one by which the password was chosen.
        assert delete_past(uow) == 4
        assert delete_past(uow) == 0
        assert uow.session.scalar(sa.select(sa.func.count(SignIn.id))) == 1
        assert uow.session.scalar(sa.select(sa.func.count(PasswordLink.id))) == 1
    assert holder(empty_registry, open_now)


def test_a_sign_in_deletes_what_has_ended_but_never_very_much(empty_registry):
    mine = new_user(empty_registry)
    now = empty_registry.clock.now()
    with empty_registry.database.write("test") as uow:
        for number in range(_DELETED_AT_ONCE + 30):
            values = {"started_at": now, "last_seen_at": now, "ended_at": now, "token_hash": str(number)}
            uow.session.add(SignIn(user_id=mine, **values))
    left = []
    for _ in range(2):
        token = begin(empty_registry)
        with empty_registry.database.read() as session:
            left.append(session.scalar(sa.select(sa.func.count(SignIn.id))))
    assert left == [31, 2]
    assert holder(empty_registry, token)


def test_a_password_that_was_changed_meanwhile_signs_nobody_in(empty_registry):
    new_user(empty_registry)
    before = proven(empty_registry)
    choose(empty_registry, link(empty_registry), "another long set of words")
    with empty_registry.database.write("test") as uow:
        assert sign_in(uow, before) is None


def test_an_outdated_hash_is_made_anew_when_its_user_signs_in(empty_registry, monkeypatch):
    # Hashes cost what they cost users here.
    monkeypatch.setattr(credentials, "_hasher", PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY))
    new_user(empty_registry)
    older = PasswordHasher.from_parameters(CHEAPEST).hash(PASSWORD)
    with empty_registry.database.write("test") as uow:
        uow.session.execute(sa.update(User).values(password_hash=older))
    assert begin(empty_registry)
    with empty_registry.database.read() as session:
        assert "m=65536" in session.scalar(sa.select(User.password_hash))
    assert proven(empty_registry).newer_hash is None


def test_a_user_belongs_to_one_body_or_to_none_from_the_next_request_on(registry):
    new_user(registry, role="submitter", body="kaz-government")
    token = begin(registry)
    assert holder(registry, token).body.key == "kaz-government"
    assert "en" in holder(registry, token).body.names
    with registry.database.write("test") as uow:
        set_body(uow, "Officer", None)
        with pytest.raises(NotFoundError, match="kaz-nothing"):
            set_body(uow, "officer", "kaz-nothing")
        with pytest.raises(NotFoundError, match="kaz-nothing"):
            add_user(uow, AddUser("other", "O", "submitter", "kaz-nothing"))
    assert holder(registry, token).body is None
    with registry.database.read() as session:
        details = session.scalars(sa.text("select detail from audit_entry where act = 'user.body_set'")).all()
    assert details == ['{"before":"kaz-government","body":null}']
