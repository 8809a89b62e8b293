"""Files in forms go straight into the folder of the storage for what comes in, past the memory, up to the limit.

The check of the form's token reads the whole form, so who may send a file at all is known before it: a view is listed
here with the permission that it needs, and any other view takes no file.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, cast

from flask import Request, g, request

from registry.accounts.vocabulary import Permission
from registry.core.errors import InvalidInputError
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.documents.storage.spool import too_large
from registry.http.access import current_user, required_user
from registry.http.context import current_registry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

    from registry.documents.storage.spool import Incoming

#: The views that take a file, and what their users must be allowed to do.
UPLOADS: Mapping[str, Permission] = {
    "web.attach": Permission.ATTACH_DOCUMENTS,
    "web.add_submission_file": Permission.SUBMIT,
}

#: What a form has besides its file: fields, and the lines between the parts.
FORM_BYTES = 1024 * 1024


class UploadRequest(Request):
    """A request whose file is received by the storage, if its view takes one."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if not g.get("takes_a_file"):
            return super()._get_file_stream(total_content_length, content_type, filename, content_length)
        if "incoming" in g:
            raise InvalidInputError({"file": [Message(N_("Send one file at a time."))]})
        registry = current_registry()
        g.incoming = registry.storage.spool.open(registry.settings.most_bytes)
        return cast("IO[bytes]", g.incoming)


def install(app: Flask) -> None:
    """Receive files in the forms of the views in `UPLOADS`; remove what a view did not keep."""
    app.request_class = UploadRequest

    @app.before_request
    def _take_a_file() -> None:
        permission = UPLOADS.get(request.endpoint or "")
        if permission is None or request.method != "POST":
            return
        user, length = current_user(), request.content_length or 0
        if user is None or not user.may(permission):
            if length > FORM_BYTES:
                # Such a form is not read to the end only to say the same.
                required_user(permission)
            return
        most = current_registry().settings.most_bytes
        if length > most + FORM_BYTES:
            raise too_large(most)
        request.max_content_length = most + FORM_BYTES
        g.takes_a_file = True

    @app.teardown_request
    def _let_go(error: BaseException | None) -> None:
        del error
        incoming: Any = g.pop("incoming", None)
        if incoming is not None:
            incoming.close()


def received_file() -> Incoming:
    """Return the file that came with the present request. Raises `InvalidInputError` when there is none."""
    files = request.files
    incoming: Incoming | None = g.get("incoming")
    if incoming is None or "file" not in files or not files["file"].filename:
        raise InvalidInputError({"file": [Message(N_("Choose a file."))]}, N_("The file cannot be attached."))
    return incoming
