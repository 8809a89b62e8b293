"""Addresses that a request names as the place to go on to: only those of this registry are followed."""

from __future__ import annotations

from urllib.parse import urlsplit


def own_address(address: str, otherwise: str) -> str:
    """Return `address` when it leads to a page of this registry, else `otherwise`: nobody is sent elsewhere.

    Browsers read over tabs and line breaks and take a backslash for a slash, so an address with any of these is not
    followed, whatever it seems to say.
    """
    if not address.startswith("/") or address.startswith("//") or "\\" in address or not address.isprintable():
        return otherwise
    try:
        parts = urlsplit(address)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc else address
