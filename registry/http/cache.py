"""Answers that are kept until anything in the registry changes.

Every committed change of a record has a number (`registry.outbox`), and every node asks for the last one. What was
made at another number is forgotten whole, so that nothing has to be told what depends on what.
"""

from __future__ import annotations

import hashlib
import threading
from functools import wraps
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from cachetools import LRUCache
from flask import Response, current_app, request

from registry.http.access import current_reader
from registry.http.context import current_registry
from registry.http.writing import language

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from flask import Flask

ANSWERS, ITEMS = "registry_answers", "registry_items"

#: How many bytes of whole answers, and of single agreements, are kept.
_ANSWER_BYTES, _ITEM_BYTES = 5 * 1024 * 1024, 8 * 1024 * 1024

#: What an entry takes besides its value: key, tuple, place in the dictionary.
_ENTRY_BYTES = 600

T = TypeVar("T")


class Cache(Generic[T]):
    """Keeps values of one state of the registry, the least used forgotten first."""

    def __init__(self, most_bytes: int) -> None:
        """Keep up to `most_bytes`."""
        self._lock = threading.Lock()
        self._most = most_bytes
        self._state: object = None
        self._kept: LRUCache[Hashable, tuple[T, int]] = LRUCache(most_bytes, getsizeof=lambda kept: kept[1])

    def get(self, state: object, key: Hashable) -> T | None:
        """Return what was kept under `key` when the registry was in this state, or None."""
        with self._lock:
            kept = self._kept.get(key) if state == self._state else None
            return kept[0] if kept else None

    def put(self, state: object, key: Hashable, value: T, size: int) -> None:
        """Keep a value of `size` bytes; values of any other state are forgotten."""
        with self._lock:
            if state != self._state:
                self._state = state
                self._kept.clear()
            if size <= self._most // 4:
                self._kept[key] = (value, size + _ENTRY_BYTES)


def install(app: Flask) -> None:
    """Give the application its caches."""
    app.extensions[ANSWERS] = Cache[tuple[bytes, str]](_ANSWER_BYTES)
    app.extensions[ITEMS] = Cache[object](_ITEM_BYTES)


def kept_until_change(view: Callable[..., tuple[bytes, bool]]) -> Callable[..., Response]:
    """Make a view of a JSON answer that is kept until the registry changes.

    The view is given the position of the database. It returns the body, and whether it may be kept: an answer from
    an index that lags behind may not. What an answer depends on besides the registry is in the key: address, language,
    the reader's clearance and the day. The body's hash is its entity tag, so that whoever asks again is told when
    nothing has changed (RFC 9110, 13.1.2).
    """

    @wraps(view)
    def answer(*args: object, **kwargs: object) -> Response:
        registry = current_registry()
        state = registry.index.source.position()
        key = (
            # Long queries and foreign host names must not fill the memory by their keys.
            hashlib.sha256(request.url_root.encode() + b"\0" + request.query_string).digest(),
            request.path,
            language(),
            current_reader().clearance,
            registry.clock.today(),
        )
        cache = cast("Cache[tuple[bytes, str]]", current_app.extensions[ANSWERS])
        kept = cache.get(state, key)
        if kept is None:
            body, may_be_kept = view(state, *args, **kwargs)
            response = Response(body, mimetype="application/json")
            response.add_etag(weak=True)
            if may_be_kept:
                cache.put(state, key, (body, response.get_etag()[0] or ""), len(body))
        else:
            response = Response(kept[0], mimetype="application/json")
            response.set_etag(kept[1], weak=True)
        response.headers["Cache-Control"] = "no-cache"
        response.make_conditional(request)
        return response

    return answer
