"""What a password and a login may be."""

from __future__ import annotations

import pytest

from registry.accounts.rules import is_login, normal_login, normal_password, password_problem

LOGIN, NAME = "a.sarsenova@example.org", "Айгерим Сарсенова"


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "синий трактор едет к нам",
        "бес бала теректің түбінде",
        "every third tuesday we eat soup",
        "J8#kd!2@qLm$9zTv",
        "🐙🦉🚋🧦🌧️🍲🎻🪁🧭🪵🫖🐌🛶🧵🪴",
        "my treaty with the garden gnomes",
        "x" * 3 + "a long walk by the river Ishim" + "y" * 223,
    ],
)
def test_a_password_of_the_user_s_own_is_taken_whatever_its_characters(password):
    assert password_problem(password, LOGIN, NAME) is None


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "0 characters"),
        ("fourteen chars", "14 characters"),
        ("tram owl " * 29, "261 characters"),
        ("aaaaaaaaaaaaaaaa", "repeats"),
        ("abababababababab", "repeats"),
        ("tramtramtramtram", "repeats"),
        ("owl tram owl tram owl", "repeats"),
        ("                ", "repeats"),
        ("a.sarsenova@example.org", "mostly"),
        ("A.SARSENOVA@example.org", "mostly"),
        ("sarsenova-1991-x", "mostly"),
        ("Айгерим Сарсенова 1", "mostly"),
        ("treaty registry 1", "mostly"),
        ("Kazakhstan2026!!", "mostly"),
        ("казахстан-беларусь", "mostly"),
        ("passwordpassword1", "mostly"),
        ("parol пароль пароль", "mostly"),
        ("qwertyuiopasdfgh", "mostly"),
        ("йцукенгшщзфывапр", "mostly"),
        ("1234567890123456", "mostly"),
        ("0987654321qwerty", "mostly"),
        ("abcdefghijklmnop", "mostly"),
        ("1q2w3e4r5t6y7u8i", "mostly"),
        ("password!!!!!!!!", "mostly"),
        ("ＰＡＳＳＷＯＲＤ12345678", "mostly"),
    ],
)
def test_what_can_be_guessed_is_refused_with_the_reason(password, reason):
    problem = password_problem(password, LOGIN, NAME)
    assert problem is not None
    assert reason in problem


def test_the_length_is_that_of_the_characters_and_not_of_their_bytes():
    assert password_problem("жили-были дед да", LOGIN, NAME) is None
    assert "14 characters" in password_problem("жили-были дед ", LOGIN, NAME)


def test_two_keyboards_give_the_same_password():
    assert normal_password("e\u0301te\u0301") == normal_password("\u00e9t\u00e9")
    assert normal_password("ﬁ") == "fi"
    assert normal_password("half \ud83d of a pair").isprintable()


@pytest.mark.parametrize(
    ("typed", "login"), [(" Officer@Example.ORG ", "officer@example.org"), ("ＡＢＣ", "abc"), ("x_1", "x_1")]
)
def test_a_login_is_the_same_however_it_is_typed(typed, login):
    assert normal_login(typed) == login
    assert is_login(login)


@pytest.mark.parametrize("login", ["", "a", "two words", "аdmin", "-x", "a\nb", "a" * 255, "<b>", "a/b", "x\x00y"])
def test_a_login_that_could_be_taken_for_another_is_refused(login):
    assert not is_login(normal_login(login))
