"""What can go wrong with the index itself."""

from __future__ import annotations


class IndexUnreadableError(Exception):
    """There is no index, or it cannot be read: it has to be built anew from the database."""


class IndexNotBuiltError(Exception):
    """A rebuild did not come to its end; the index before it, if there was one, is still live."""
