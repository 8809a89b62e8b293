"""What a login and a password may be, and how long sign-ins and links last. Pure; needs no database.

Passwords follow NIST SP 800-63B-4, section 3.1.1.2: at least 15 characters where nothing else proves who signs in,
long ones welcome, no rules about kinds of characters, no expiry, and a blocklist. The list here is small: words of
this registry, the user's own login and name, the commonest passwords, rows of keys and repetitions. It cannot know
the passwords that other sites have lost, since the registry asks nobody outside.

Sign-ins follow sections 2.1.3 and 2.2.3: both limits are those of, or stricter than, the next higher level (AAL2:
one hour without use, 24 hours in all), so that a second factor can be added without another change.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta

from registry.core.i18n import N_
from registry.core.messages import Message

MIN_PASSWORD, MAX_PASSWORD = 15, 256

#: A sign-in that nobody uses ends after this time.
IDLE_LIMIT = timedelta(hours=1)

#: A sign-in ends after this time, however much it is used: once a working day.
ABSOLUTE_LIMIT = timedelta(hours=12)

#: The use of a sign-in is noted at most this often, so that reading pages seldom writes.
NOTED_EVERY = timedelta(minutes=5)

#: How long a link by which a password is chosen can be used.
LINK_LIMIT = timedelta(hours=24)

#: How long a link that was sent by e-mail can be used, and how many of a user may be on their way at once.
MAILED_LINK_LIMIT, MAILED_LINKS = timedelta(hours=1), 3

#: How long the code of a second factor is waited for after the password.
CODE_LIMIT = timedelta(minutes=10)

NO_ADDRESS = N_("This is no address of e-mail such as officer@example.org.")

#: Letters of one alphabet only: two logins that look alike must be one login.
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._+@-]{1,253}")

#: Letters that must remain when everything that can be guessed is taken out of a password.
_MIN_REST = 8
_MIN_DISTINCT = 5
_MIN_WORD = 3
_MIN_RUN = 4

_COMMON = (
    # The registry's own words.
    *("treaty", "registry", "register", "agreement", "kazakhstan", "belarus", "ministry", "justice", "foreign"),
    *("договор", "соглашение", "реестр", "казахстан", "қазақстан", "беларусь", "министерство", "юстиция"),
    # What people choose everywhere.
    *("password", "passwort", "passw0rd", "p@ssw0rd", "letmein", "welcome", "iloveyou", "qwerty", "qazwsx", "admin"),
    *("administrator", "changeme", "secret", "monkey", "dragon", "football", "baseball", "superman", "princess"),
    *("пароль", "админ", "привет", "любовь", "qwe", "zxc", "йцукен", "парол"),
)

_ROWS = (
    *("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1q2w3e4r5t6y7u8i9o0p"),
    *("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"),
)


def normal_login(text: str) -> str:
    """Return a login as it is kept and compared: NFKC, without letter case and surrounding space."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def is_login(text: str) -> bool:
    """Return whether a normal login can be used: an address of e-mail or a name, in Latin letters and digits."""
    return _LOGIN.fullmatch(text) is not None


def normal_password(text: str) -> str:
    """Return a password as it is hashed: NFKC, so that every keyboard gives the same characters."""
    # A half of a surrogate pair is no character and has no bytes; nothing but a broken program sends one.
    return unicodedata.normalize("NFKC", text.encode("utf-8", "replace").decode("utf-8"))


def password_problem(password: str, login: str, name: str) -> Message | None:
    """Return why a password cannot be chosen by the user with this login and name, or None when it can."""
    text = normal_password(password)
    if len(text) < MIN_PASSWORD:
        return Message(
            N_("The password has %(length)s characters; use at least %(least)s. A sentence is easy to keep in mind."),
            length=len(text),
            least=MIN_PASSWORD,
        )
    if len(text) > MAX_PASSWORD:
        return Message(
            N_("The password has %(length)s characters; at most %(most)s are allowed."),
            length=len(text),
            most=MAX_PASSWORD,
        )
    plain = "".join(sign for sign in text.casefold() if not sign.isspace())
    if len(set(plain)) < _MIN_DISTINCT or _repeats(plain):
        return Message(N_("The password repeats the same characters; choose one that does not."))
    if len(_hard_part(plain, [login, *re.split(r"[@._+-]", login), *name.split()])) < _MIN_REST:
        return Message(
            N_("The password is mostly your login or name, a row of keys or common words; add words of your own.")
        )
    return None


def _repeats(text: str) -> bool:
    """Return whether the text is one piece written again and again, the last time perhaps not to its end."""
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, len(text) // 2 + 1))


def _hard_part(plain: str, own_words: list[str]) -> str:
    """Return what remains of a password when rows of keys and known words are taken out; runs count as one."""
    rest = plain
    for row in (part for line in _ROWS for part in (line, line[::-1])):
        size = len(row)
        while size >= _MIN_RUN:
            for start in range(len(row) - size + 1):
                rest = rest.replace(row[start : start + size], "")
            size -= 1
    words = {normal_login(word) for word in own_words} | set(_COMMON)
    for word in sorted(words, key=lambda item: (-len(item), item)):
        if len(word) >= _MIN_WORD:
            rest = rest.replace(word, "")
    return re.sub(r"(.)\1+", r"\1", rest)
