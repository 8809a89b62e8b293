"""`registry users`, as an administrator uses it."""

from __future__ import annotations

from registry.http.context import EXTENSION
from tests.cli.test_commands import text
from tests.helpers.accounts import PASSWORD, send, sign_in
from tests.helpers.applications import application
from tests.helpers.servers import command


def test_a_user_is_added_chooses_a_password_and_is_disabled(settings):
    added = command(
        settings, "users", "add", "Officer@Example.org", "--name", "A. Sarsenova", "--role", "legal_officer"
    )
    assert added.returncode == 0, text(added)
    (path,) = added.stdout.decode().split()
    assert path.startswith("/account/password/")
    assert "24 hours" in added.stderr.decode()
    assert "no password yet" in text(command(settings, "users", "list"))

    app = application(settings)
    browser = app.test_client()
    assert send(browser, path, password=PASSWORD, again=PASSWORD).status_code == 303
    assert sign_in(browser, login="officer@example.org").status_code == 303
    assert browser.get("/account").status_code == 200
    (line,) = command(settings, "users", "list").stdout.decode().splitlines()
    assert line.split()[:3] == ["officer@example.org", "legal_officer", "active"]
    assert "A. Sarsenova" in line
    assert PASSWORD not in line

    (second,) = command(settings, "users", "link", "OFFICER@example.org").stdout.decode().split()
    assert second != path
    assert browser.get("/account").status_code == 200, "the link alone ends nothing"
    disabled = command(settings, "users", "disable", "officer@example.org")
    assert "sign-ins ended: 1" in text(disabled)
    assert browser.get("/account").status_code == 403
    assert browser.get(second).status_code == 404
    assert "disabled" in text(command(settings, "users", "list"))
    assert "enabled officer@example.org (legal_officer)" in text(
        command(settings, "users", "enable", "officer@example.org")
    )
    assert "auditor now" in text(command(settings, "users", "set-role", "officer@example.org", "auditor"))
    (line,) = command(settings, "users", "list").stdout.decode().splitlines()
    assert line.split()[:3] == ["officer@example.org", "auditor", "active"]
    assert "belongs to kaz-government now" in text(
        command(settings, "users", "set-body", "officer@example.org", "kaz-government")
    )
    assert " kaz-government " in text(command(settings, "users", "list"))
    assert "belongs to no body now" in text(command(settings, "users", "set-body", "officer@example.org"))
    assert "written to at a@example.org" in text(
        command(settings, "users", "set-email", "officer@example.org", "a@example.org")
    )
    assert "has no second factor" in text(command(settings, "users", "remove-second-factor", "officer@example.org"))
    # The sign-in and the link that ended when the user was disabled; signing in has deleted the link that was used.
    assert "deleted: 2" in text(command(settings, "users", "tidy"))
    assert "deleted: 0" in text(command(settings, "users", "tidy"))
    app.extensions[EXTENSION].close()


def test_mistakes_are_one_clear_line(settings):
    def users(*arguments):
        done = command(settings, "users", *arguments)
        assert "Traceback" not in text(done)
        assert done.stdout == b""
        return done.returncode, text(done)

    assert users("add", "two words", "--name", "N", "--role", "auditor")[0] == 2
    assert "Latin letters" in users("add", "два", "--name", "N", "--role", "auditor")[1]
    assert users("add", "one", "--name", "N", "--role", "king")[0] == 2
    assert users("add", "one", "--role", "auditor")[0] == 2
    assert command(settings, "users", "add", "one", "--name", "N", "--role", "auditor").returncode == 0
    assert users("add", "ONE", "--name", "N", "--role", "auditor") == (
        1,
        "error: There is already a user with the login “one”.\n",
    )
    assert users("link", "nobody") == (1, "error: There is no user with the login “nobody”.\n")
    assert users("disable", "nobody")[0] == 1
    assert users("enable", "one") == (1, "error: The user “one” is not disabled.\n")
    assert users("set-role", "nobody", "auditor")[0] == 1
    assert users("set-role", "one", "king")[0] == 2
    assert users("set-body", "one", "kaz-nothing") == (1, "error: There is no body with the key “kaz-nothing”.\n")
    assert users("add", "two", "--name", "N", "--role", "submitter", "--body", "kaz-nothing")[0] == 1
    command(settings, "users", "disable", "one")
    assert users("link", "one") == (1, "error: The user “one” is disabled.\n")
