"""Documents for tests: attached as an officer attaches them, and read as the server reads them."""

from __future__ import annotations

import io

from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from registry.agreements.models import Agreement
from registry.documents.models import Document
from registry.documents.reading import read_file, read_next
from registry.documents.receiving import receive_document
from registry.documents.schemas import AttachDocumentSchema
from registry.http.csrf import FIELD
from tests.helpers.accounts import form_token

TEXT = """Соглашение о дельфинариях

Правительство Республики Казахстан и Правительство Республики Беларусь согласились о нижеследующем:

Статья 1
Предмет

Стороны строят дельфинарии.

Статья 2
Споры

Споры решаются переговорами.

Совершено в г. Минске 11 апреля 1997 г.
"""


def number_of(registry, reference="kzby-014"):
    with registry.database.read() as session:
        return session.scalar(select(Agreement.registry_number).where(Agreement.reference == reference))


def put_in(registry, data, *, reference="kzby-014", file_name="text.txt", scanner=None, read=True, **said):
    """Attach bytes to an agreement; return what became of them. With `read` they are read at once."""
    command = AttachDocumentSchema().load({"language": "ru", "role": "certified_copy", **said})
    data = data.encode() if isinstance(data, str) else data
    with registry.database.read() as session:
        agreement_id = session.scalar(select(Agreement.id).where(Agreement.reference == reference))
    with registry.storage.spool.receive(registry.settings.most_bytes) as incoming:
        incoming.write(data)
        received = receive_document(
            registry.database, registry.storage, scanner, agreement_id, incoming, file_name, command, actor="officer"
        )
    if read:
        while read_next(registry.database, registry.storage, read_file) is not None:
            pass
    return received


def documents_in(registry):
    with registry.database.read() as session:
        found = session.scalars(select(Document).order_by(Document.id)).all()
        session.expunge_all()
        return found


def files_below(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def upload(client, number, data, *, file_name="text.txt", **fields):
    """Fill in the form by which a file is attached, and send it."""
    address = f"/agreements/{number}/documents/new"
    token = form_token(client.get(address).text)
    data = data.encode() if isinstance(data, str) else data
    form = {FIELD: token, "language": "ru", "role": "certified_copy", "access": "public", **fields}
    # Encoded here, since the client would leave a temporary file open for what is large.
    boundary, body = encode_multipart({**form, "file": FileStorage(io.BytesIO(data), file_name)})
    return client.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}")
