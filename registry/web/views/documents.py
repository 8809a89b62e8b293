"""`/agreements/<number>/documents/…`: attach a file, see what became of it, correct or withdraw it, download it."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from marshmallow import ValidationError

from registry.accounts.vocabulary import Permission
from registry.agreements.models import Agreement
from registry.agreements.queries import agreement_by_number
from registry.audit.vocabulary import Act
from registry.core.errors import GoneError, InvalidInputError, NotFoundError, RegistryError, RuleViolationError
from registry.core.i18n import N_
from registry.core.messages import flatten
from registry.documents.extraction import UnreadableDocumentError
from registry.documents.models import Document
from registry.documents.outline import PieceKind
from registry.documents.queries import articles_of, document_by_id, documents_of, versions_of
from registry.documents.receiving import receive_document
from registry.documents.scanning import InfectedError, ScannerError
from registry.documents.schemas import (
    TEXT_LANGUAGES,
    AttachDocumentSchema,
    CorrectArticlesSchema,
    DescriptionSchema,
    WithdrawDocumentSchema,
)
from registry.documents.services import Attached, correct_articles, correct_document, withdraw_document
from registry.documents.storage.interface import StorageError
from registry.documents.storage.spool import TooLargeError
from registry.documents.vocabulary import Role
from registry.documents.work import queue_extraction
from registry.http.access import current_reader, current_user, required_user
from registry.http.auditing import note_read
from registry.http.context import current_registry, reading
from registry.http.csrf import FIELD
from registry.http.errors import say_error
from registry.http.files import file_response
from registry.http.items import addresses_of
from registry.http.uploads import received_file, refused_with
from registry.web.borders import borders_from, text_of, written
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from registry.core.uow import UnitOfWork

#: How often the page of a file that is being read asks anew, in seconds.
_REFRESH = 2

_OUTCOMES = {
    Attached.ADDED: N_("The file is kept. Its text is read now."),
    Attached.REPLACED: N_(
        "The file is kept in the place of the earlier one, which stays readable. Its text is read now."
    ),
    Attached.KEPT: N_("These are the bytes of a text that the registry had already; they are kept now."),
    Attached.DESCRIBED: N_("These bytes were kept already; what you said about them is written down."),
    Attached.UNCHANGED: N_("These bytes were kept already. Nothing was changed."),
}

#: Why a file is not taken, as far as its sender can do something about it; the form then says so.
_REFUSALS = (
    ValidationError,
    InvalidInputError,
    RuleViolationError,
    InfectedError,
    ScannerError,
    StorageError,
    UnreadableDocumentError,
    TooLargeError,
)

_WITHDRAWN = N_("This document was withdrawn from the registry.")

_KEY = "<int(max=2147483647):key>"


@blueprint.get("/agreements/<number>/documents/new")
def attach_form(number: str) -> ResponseReturnValue:
    """Show the form by which a file is attached."""
    required_user(Permission.ATTACH_DOCUMENTS)
    with reading(current_reader()) as session:
        agreement = _agreement(session, number)
        replaces = request.args.get("replaces", type=int)
        document = document_by_id(session, agreement.id, replaces) if replaces else None
        given = _described(document) if document else {}
        return _attach_page(session, agreement, {**given, "replaces": str(replaces) if document else ""})


@blueprint.post("/agreements/<number>/documents/new")
def attach(number: str) -> ResponseReturnValue:
    """Receive a file, keep it, and go on to its page, which shows how far its reading has come."""
    user = required_user(Permission.ATTACH_DOCUMENTS)
    registry = current_registry()
    with reading(user.reader) as session:
        agreement = _agreement(session, number)
        try:
            command = AttachDocumentSchema().load(_given())
            incoming = received_file()
            received = receive_document(
                registry.database,
                registry.storage,
                registry.scanner,
                agreement.id,
                incoming,
                request.files["file"].filename,
                command,
                actor=user.login,
            )
        except _REFUSALS as error:
            page = _attach_page(session, agreement, {**request.form}, _problems(error))
            return page, refused_with(error)
    flash(gettext(_OUTCOMES[received.outcome]))
    return redirect(url_for("web.document", number=number, key=received.document_id), 303)


@blueprint.get(f"/agreements/<number>/documents/{_KEY}")
def document(number: str, key: int) -> ResponseReturnValue:
    """Show what is known about a document, and while its file is being read, how far that has come."""
    return _document_page(number, key, [])


@blueprint.post(f"/agreements/<number>/documents/{_KEY}")
def correct(number: str, key: int) -> ResponseReturnValue:
    """Correct what is said about a document."""
    required_user(Permission.ATTACH_DOCUMENTS)
    try:
        command = DescriptionSchema().load(_given())
    except ValidationError as error:
        return _document_page(number, key, _problems(error)), 422

    def change(uow: UnitOfWork, agreement: Agreement, found: Document) -> str:
        language = found.language
        if correct_document(uow, agreement, found, command):
            if found.is_recognised and found.language != language:
                # What is recognised in an image depends on the language that it is taken for.
                queue_extraction(uow, found)
                return N_("The description is corrected. The image is read again in its language.")
            return N_("The description is corrected.")
        return N_("Nothing was different.")

    return _changed(number, key, change)


@blueprint.post(f"/agreements/<number>/documents/{_KEY}/read")
def read_again(number: str, key: int) -> ResponseReturnValue:
    """Have the file of a document read again."""
    divide_anew = request.form.get("divide_anew") == "yes"

    def change(uow: UnitOfWork, agreement: Agreement, found: Document) -> str:
        del agreement
        queue_extraction(uow, found, divide_anew=divide_anew)
        return N_("The file is read again.")

    return _changed(number, key, change)


@blueprint.get(f"/agreements/<number>/documents/{_KEY}/articles")
def borders(number: str, key: int) -> ResponseReturnValue:
    """Show the text with the borders of its articles, one line after another, to be corrected."""
    required_user(Permission.ATTACH_DOCUMENTS)
    return _borders_page(number, key, [])


@blueprint.post(f"/agreements/<number>/documents/{_KEY}/articles")
def correct_borders(number: str, key: int) -> ResponseReturnValue:
    """Divide a text as the form says."""
    user = required_user(Permission.ATTACH_DOCUMENTS)
    with reading(user.reader) as session:
        articles = articles_of(session, _document(session, _agreement(session, number), key).id)
    given = request.form.get("borders", "")
    try:
        length = request.form.get("length", type=int)
        command = CorrectArticlesSchema().load({"length": length, "borders": borders_from(given, articles)})
    except ValidationError as error:
        return _borders_page(number, key, _problems(error), given), 422

    def change(uow: UnitOfWork, agreement: Agreement, found: Document) -> str:
        correct_articles(uow, agreement, found, command)
        return N_("The articles are corrected.")

    return _changed(number, key, change)


@blueprint.get(f"/agreements/<number>/documents/{_KEY}/withdraw")
def withdraw_form(number: str, key: int) -> ResponseReturnValue:
    """Say what becomes of a document that is withdrawn, and ask why."""
    required_user(Permission.ATTACH_DOCUMENTS)
    return _withdraw_page(number, key, [])


@blueprint.post(f"/agreements/<number>/documents/{_KEY}/withdraw")
def withdraw(number: str, key: int) -> ResponseReturnValue:
    """Withdraw a document for the reason that the form gives."""
    required_user(Permission.ATTACH_DOCUMENTS)
    try:
        command = WithdrawDocumentSchema().load(_given())
    except ValidationError as error:
        return _withdraw_page(number, key, _problems(error)), 422

    def change(uow: UnitOfWork, agreement: Agreement, found: Document) -> str:
        if withdraw_document(uow, agreement, found, command) is not None:
            return N_("The document is withdrawn; the earlier version is the present one again.")
        return N_("The document is withdrawn.")

    return _changed(number, key, change)


@blueprint.get(f"/agreements/<number>/documents/{_KEY}/<name>")
def document_file(number: str, key: int, name: str) -> Response:
    """Send the bytes of a document, whole or a range of them, under the name that the registry gave them."""
    with reading(current_reader()) as session:
        agreement = _agreement(session, number)
        found = _document(session, agreement, key)
        if found.is_withdrawn:
            raise GoneError(_WITHDRAWN)
        if not found.kept or name != found.file_name:
            raise NotFoundError(N_("There is no file of this name here; the bytes of older texts were never kept."))
        note_read(agreement, Act.FILE_DOWNLOADED, [found.access])
        session.expunge(found)
    return file_response(
        current_registry().storage, found, f"{agreement.registry_number}-{found.language}-{found.role}"
    )


def _changed(number: str, key: int, change: Callable[[UnitOfWork, Agreement, Document], str]) -> ResponseReturnValue:
    """Change a document in one transaction, as the user who may; show it with the notice that `change` returns."""
    user = required_user(Permission.ATTACH_DOCUMENTS)
    with reading(user.reader) as session:
        agreement_id = _document(session, _agreement(session, number), key).agreement_id
    with current_registry().database.write(user.login) as uow:
        agreement = uow.session.get_one(Agreement, agreement_id)
        notice = change(uow, agreement, uow.session.get_one(Document, key))
    flash(gettext(notice))
    return redirect(url_for("web.document", number=number, key=key), 303)


def _agreement(session: Session, number: str) -> Agreement:
    agreement = agreement_by_number(session, number)
    if agreement is None:
        raise NotFoundError(N_("There is no agreement %(number)s in this registry."), number=number[:40])
    return agreement


def _document(session: Session, agreement: Agreement, key: int) -> Document:
    """Return a document that the user may see; of one that was withdrawn, others learn only that it was."""
    found = document_by_id(session, agreement.id, key)
    if found is None:
        raise NotFoundError(N_("There is no such document in this registry."))
    user = current_user()
    if found.is_withdrawn and (user is None or not user.may(Permission.ATTACH_DOCUMENTS)):
        raise GoneError(_WITHDRAWN)
    return found


def _document_page(number: str, key: int, problems: list[tuple[str, str]]) -> Response:
    user = current_user()
    with reading(current_reader()) as session:
        agreement = _agreement(session, number)
        found = _document(session, agreement, key)
        versions = versions_of(session, found)
        note_read(agreement, Act.TEXT_READ, [found.access, *(version.access for version in versions)])
        page = make_response(
            render_template(
                "documents/document.html",
                agreement=agreement,
                document=found,
                addresses=addresses_of(number, [found], alone=True)[0],
                versions=versions,
                may_change=user is not None and user.may(Permission.ATTACH_DOCUMENTS),
                given={**request.form} if problems else _described(found),
                problems=problems,
                languages=TEXT_LANGUAGES,
                roles=list(Role),
                suffix=PurePath(found.file_name).suffix,
            )
        )
        if found.is_being_read and not problems:
            # The header does what an element of the page would, and needs no script either.
            page.headers["Refresh"] = str(_REFRESH)
        return page


def _attach_page(
    session: Session, agreement: Agreement, given: dict[str, str], problems: list[tuple[str, str]] | None = None
) -> str:
    return render_template(
        "documents/new.html",
        agreement=agreement,
        present=documents_of(session, [agreement.id]).get(agreement.id, []),
        given=given,
        problems=problems or [],
        languages=TEXT_LANGUAGES,
        roles=list(Role),
        most=current_registry().settings.max_upload,
        most_bytes=current_registry().settings.most_bytes,
    )


def _borders_page(number: str, key: int, problems: list[tuple[str, str]], given: str | None = None) -> str:
    with reading(current_reader()) as session:
        agreement = _agreement(session, number)
        found = _document(session, agreement, key)
        articles = articles_of(session, found.id)
        return render_template(
            "documents/articles.html",
            agreement=agreement,
            document=found,
            text=text_of(articles),
            borders=written(articles) if given is None else given,
            kinds=list(PieceKind),
            problems=problems,
        )


def _withdraw_page(number: str, key: int, problems: list[tuple[str, str]]) -> str:
    with reading(current_reader()) as session:
        agreement = _agreement(session, number)
        found = _document(session, agreement, key)
        if found.is_withdrawn:
            raise GoneError(_WITHDRAWN)
        return render_template(
            "documents/withdraw.html",
            agreement=agreement,
            document=found,
            reason=request.form.get("reason", ""),
            problems=problems,
        )


def _given() -> dict[str, str]:
    """Return the fields of the form that were filled in."""
    return {name: value for name, value in request.form.items() if value.strip() and name != FIELD}


def _described(found: Document) -> dict[str, str]:
    return {name: getattr(found, name) or "" for name in ("language", "role", "access", "title", "source")}


def _problems(error: ValidationError | RegistryError) -> list[tuple[str, str]]:
    if isinstance(error, ValidationError):
        return flatten(error.messages, gettext)
    if isinstance(error, InvalidInputError):
        return flatten(error.errors, gettext)
    return [("file", say_error(error))]
