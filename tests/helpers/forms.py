"""A browser without script, as far as forms need one: it fills in what a page offers, and presses its buttons."""

from __future__ import annotations

import io
import re

from lxml import html
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.helpers.accounts import browser, sign_in


class Reader:
    """Somebody with a browser, signed in or not. `page` is what stands on the screen, `path` its address."""

    def __init__(self, app, login=None, origin="http://localhost"):
        self.client = browser(app)
        self.origin = origin
        self.page = self.answer = None
        self.path = ""
        if login:
            assert sign_in(self.client, login).status_code == 303

    def open(self, path):
        """Go to an address, by whatever redirections."""
        return self._shown(self.client.get(path, follow_redirects=True))

    def form(self, name):
        """Return the form with this id."""
        (found,) = self.page.xpath("//form[@id=$name]", name=name)
        return found

    def fields(self, name="step-form"):
        """Return what the form would send without any button, as pairs."""
        # The line break after the tag of a text area is none of its text (HTML, 13.1.2.5); this parser leaves it in.
        return [(field, (value or "").removeprefix("\n")) for field, value in self.form(name).form_values()]

    def send(self, typed=(), button=None, form="step-form", without=(), file=None, headers=()):
        """Fill in fields, press a button (name, value), and go where that leads."""
        found = self.form(form)
        typed = dict(typed)
        left = {*typed, *without}
        pairs = [(name, value) for name, value in self.fields(form) if name not in left]
        for name, value in typed.items():
            pairs += [(name, item) for item in (value if isinstance(value, list) else [value])]
        pairs += [button] if button else []
        return self.post(found.get("action") or self.path, pairs, file, headers)

    def post(self, path, pairs, file=None, headers=()):
        """Send pairs as a form, as a browser does from a page of this origin."""
        if file:
            fields: dict[str, object] = dict(pairs)
            boundary, data = encode_multipart({**fields, "file": FileStorage(io.BytesIO(file[1]), file[0])})
            kind = f"multipart/form-data; boundary={boundary}"
        else:
            data, kind = _encoded(pairs), "application/x-www-form-urlencoded"
        sent = {"Origin": self.origin, **dict(headers)}
        answer = self.client.post(path, data=data, content_type=kind, headers=sent)
        self.first = answer
        while answer.status_code in (302, 303):
            answer = self.client.get(answer.headers["Location"])
        return self._shown(answer)

    def _shown(self, answer):
        self.answer, self.path = answer, answer.request.path
        is_page = answer.mimetype == "text/html"
        self.page = html.fromstring(answer.text) if is_page and answer.text else None
        return self

    @property
    def text(self):
        """Return what can be read on the page."""
        return re.sub(r"\s+", " ", self.page.text_content())

    @property
    def problems(self):
        """Return the sentences of the error summary."""
        return [item.text_content() for item in self.page.xpath("//*[@id='problems']//li")]


def _encoded(pairs):
    from urllib.parse import urlencode

    return urlencode([(name, value) for name, value in pairs]).encode()
