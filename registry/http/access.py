"""Who may read: everybody, unless the registry is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from registry.core.errors import AccessDeniedError
from registry.core.i18n import N_
from registry.http.context import current_registry

if TYPE_CHECKING:
    from flask import Flask

#: What answers in a closed registry too: the checks of the machine that runs it, and the style of the error page.
_ALWAYS_OPEN = {"static", "web.healthz", "web.readyz"}


def install(app: Flask) -> None:
    """Refuse every request of a registry that is not public."""

    @app.before_request
    def _closed() -> None:
        if not current_registry().settings.public_read and request.endpoint not in _ALWAYS_OPEN:
            raise AccessDeniedError(N_("This registry is not open to the public."))
