"""Which language the reader gets: the one asked for, the one chosen before, or the browser's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request
from flask_babel import Babel

if TYPE_CHECKING:
    from flask import Flask

#: Languages of the interface; Kazakh and Belarusian follow when their catalogues are complete.
INTERFACE_LANGUAGES = {"en": "English", "ru": "Русский"}
COOKIE = "lang"


def install(app: Flask) -> None:
    """Choose the language of every request."""
    Babel(app, locale_selector=chosen_language, default_translation_directories="web/translations")


def chosen_language() -> str:
    """Return the language of the present request."""
    for code in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if code in INTERFACE_LANGUAGES:
            return str(code)
    return request.accept_languages.best_match(INTERFACE_LANGUAGES, default="en") or "en"
