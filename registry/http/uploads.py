"""Files in forms go straight into the folder of the storage for what comes in, past the memory, up to the limit.

The check of the form's token reads the whole form, so who may send a file at all is known before it: a view is listed
here with the permission that it needs, and any other view takes no file.

A file that is too large is not kept beyond the limit, but the form is read to its end, so that its page can come back
with what was typed and say what is wrong with the file. Only what is several times too large is not read at all.
"""

from __future__ import annotations

import hashlib
import io
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any, cast

from flask import Request, g, request

from registry.accounts.vocabulary import Permission
from registry.core.errors import InvalidInputError
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.documents.scanning import ScannerError
from registry.documents.storage.interface import StorageError
from registry.documents.storage.spool import TooLargeError, too_large
from registry.exports.verifier import MOST_BYTES
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

#: The views that anybody may send files to, which are hashed and not kept.
HASHED = frozenset({"web.verify_files"})

#: What a form has besides its file: fields, and the lines between the parts.
FORM_BYTES = 1024 * 1024

#: How many times the limit a form is read, so that it can be answered with what was typed.
_TIMES = 2


def most_read(most: int) -> int:
    """Return how many bytes of a request are read at most where a file may have `most`; servers let as much pass."""
    return _TIMES * most + FORM_BYTES


class UpToLimit(io.RawIOBase):
    """Writes what comes into a file; from the first byte too many on it lets the rest go by, and remembers why."""

    def __init__(self, incoming: Incoming) -> None:
        """Fill `incoming`."""
        super().__init__()
        self.incoming = incoming
        self.refused: TooLargeError | None = None

    def write(self, data: Any) -> int:
        """Write the next bytes, or let them go by."""
        if self.refused is None:
            try:
                self.incoming.write(data)
            except TooLargeError as error:
                self.refused = error
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place in what was written."""
        return self.incoming.seek(offset, whence)


class HashedFile(io.RawIOBase):
    """A file that is hashed while it comes and kept nowhere, but for its beginning, which may be a manifest."""

    def __init__(self, most: int) -> None:
        """Take up to `most` bytes."""
        super().__init__()
        self.size = 0
        self.beginning = b""
        self._most = most
        self._hash = hashlib.sha256()

    @property
    def digest(self) -> str:
        """Return the SHA-256 of what came."""
        return self._hash.hexdigest()

    def write(self, data: Any) -> int:
        """Hash the next bytes. Raises `TooLargeError` with the first byte too many."""
        if self.size + len(data) > self._most:
            raise too_large(self._most)
        self._hash.update(data)
        self.size += len(data)
        if len(self.beginning) <= MOST_BYTES:
            self.beginning += bytes(data[: MOST_BYTES + 1 - len(self.beginning)])
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go nowhere: there is nothing to be read back."""
        del offset, whence
        return 0


class UploadRequest(Request):
    """A request whose file is received by the storage, or only hashed, if its view takes one."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if g.get("hashes_files"):
            return cast("IO[bytes]", HashedFile(current_registry().settings.most_bytes))
        if not g.get("takes_a_file"):
            return super()._get_file_stream(total_content_length, content_type, filename, content_length)
        if "incoming" in g:
            raise InvalidInputError({"file": [Message(N_("Send one file at a time."))]})
        registry = current_registry()
        g.incoming = registry.storage.spool.open(registry.settings.most_bytes)
        g.written = UpToLimit(g.incoming)
        return cast("IO[bytes]", g.written)


def install(app: Flask) -> None:
    """Receive files in the forms of the views in `UPLOADS`; remove what a view did not keep."""
    app.request_class = UploadRequest

    app.before_request(_hash_files)

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
        if length > most_read(most):
            raise too_large(most)
        request.max_content_length = most_read(most)
        g.takes_a_file = True

    @app.teardown_request
    def _let_go(error: BaseException | None) -> None:
        del error
        incoming: Any = g.pop("incoming", None)
        if incoming is not None:
            incoming.close()


def _hash_files() -> None:
    if request.endpoint in HASHED and request.method == "POST":
        most = current_registry().settings.most_bytes
        if (request.content_length or 0) > most + FORM_BYTES:
            raise too_large(most)
        request.max_content_length = most + FORM_BYTES
        g.hashes_files = True


def hashed_file(name: str) -> HashedFile | None:
    """Return the file that came in this field of the present request, or None when none was chosen."""
    found = request.files.get(name)
    if found is None or not isinstance(found.stream, HashedFile) or not (found.filename or found.stream.size):
        return None
    return found.stream


def refused_with(error: Exception) -> int:
    """Return the status with which a form comes back whose file was not taken for this reason (RFC 9110)."""
    if isinstance(error, (ScannerError, StorageError)):
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.REQUEST_ENTITY_TOO_LARGE if isinstance(error, TooLargeError) else HTTPStatus.UNPROCESSABLE_ENTITY


def received_file() -> Incoming:
    """Return the file that came with the present request. Raises `InvalidInputError` when there is none.

    Raises `TooLargeError` for one that is larger than the limit.
    """
    files = request.files
    incoming: Incoming | None = g.get("incoming")
    if incoming is not None and g.written.refused is not None:
        raise g.written.refused
    if incoming is None or "file" not in files or not files["file"].filename:
        raise InvalidInputError({"file": [Message(N_("Choose a file."))]}, N_("The file cannot be attached."))
    return incoming
