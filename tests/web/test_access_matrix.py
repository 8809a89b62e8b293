"""Every route for everybody: one table says who is let in, and a route that does not stand in it fails the test."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from registry.accounts.models import User
from registry.accounts.policy import reader_of
from registry.accounts.queries import Proven
from registry.accounts.services import sign_in
from registry.accounts.tokens import issue_token
from registry.config import Settings
from registry.core.clock import FixedClock
from registry.exports.runs.files import ExportFiles
from registry.exports.runs.making import make_next
from registry.exports.runs.services import request_export
from registry.http.context import EXTENSION
from registry.submissions.models import SubmissionFile
from registry.submissions.receiving import add_file
from registry.submissions.rules import Person
from registry.submissions.schemas import DescribeFile
from tests.conftest import TODAY, copied_settings
from tests.helpers.accounts import new_user
from tests.helpers.applications import application
from tests.helpers.documents import TEXT, documents_in, number_of, put_in
from tests.helpers.proofs import request_for
from tests.helpers.submissions import begin, hand_in, key, memorandum

#: In whose name every address is asked for: login, role, body. The first is nobody; of the submitters two are of the
#: body whose submissions are asked for, and one is of another.
PEOPLE = {
    "nobody": None,
    "author": ("submitter", "kaz-ministry-of-finance"),
    "colleague": ("submitter", "kaz-ministry-of-finance"),
    "stranger": ("submitter", "kaz-ministry-of-defence"),
    "officer": ("legal_officer", None),
    "auditor": ("auditor", None),
    "administrator": ("administrator", None),
}

#: What each of them gets, in the order of `PEOPLE`: + an answer, s the sign-in form, - refused, 0 as if it were not.
EVERYBODY = "+++++++"
SIGNED_IN = "s++++++"
OFFICERS = "s---+--"
LOG = "s----++"
SUBMITTERS = "s++++--"
ADMINISTRATORS = "s-----+"
BODIES = "s---+-+"

#: A draft of the author's ministry, and the same when it was handed in. Nobody else's ministry learns that it exists.
READ_DRAFT, READ_RECEIVED = "s++00+-", "s++0++-"
WRITE = "s++00--"
REVIEW_DRAFT, REVIEW = "s---0--", "s---+--"

TABLE = {
    "static": EVERYBODY,
    "api.agreement": EVERYBODY,
    "api.agreements": EVERYBODY,
    "web.account": SIGNED_IN,
    "web.act_on_user": ADMINISTRATORS,
    "web.back_from_elsewhere": EVERYBODY,
    "web.bodies": BODIES,
    "web.body": BODIES,
    "web.begin_second_factor": SIGNED_IN,
    "web.change_password": SIGNED_IN,
    "web.end_other_sign_ins": SIGNED_IN,
    "web.forgotten": EVERYBODY,
    "web.make_password_link": ADMINISTRATORS,
    "web.renew_recovery_codes": SIGNED_IN,
    "web.second_factor": SIGNED_IN,
    "web.sign_in_code": EVERYBODY,
    "web.sign_in_elsewhere": EVERYBODY,
    "web.user": ADMINISTRATORS,
    "web.users": ADMINISTRATORS,
    "web.agreement": EVERYBODY,
    "web.agreement_text": EVERYBODY,
    "web.agreements": EVERYBODY,
    "web.agreements_csv": EVERYBODY,
    "web.attach": OFFICERS,
    "web.attach_form": OFFICERS,
    "web.audit": LOG,
    "web.audit_csv": LOG,
    "web.audit_entry": LOG,
    "web.audit_entry_json": LOG.replace("s", "-"),
    # What is for programs has no form.
    "web.audit_json": LOG.replace("s", "-"),
    "web.borders": OFFICERS,
    "web.choose_password": EVERYBODY,
    "web.correct": OFFICERS,
    "web.correct_borders": OFFICERS,
    "web.delete": SIGNED_IN,
    "web.document": EVERYBODY,
    "web.document_file": EVERYBODY,
    "web.end_sign_in": SIGNED_IN,
    "web.feed": EVERYBODY,
    "web.healthz": EVERYBODY,
    "web.help": EVERYBODY,
    "web.history": EVERYBODY,
    "web.home": EVERYBODY,
    "web.language": EVERYBODY,
    "web.make_feed": SIGNED_IN,
    "web.overview": EVERYBODY,
    "web.private_feed": EVERYBODY,
    "web.read_again": OFFICERS,
    "web.readyz": EVERYBODY,
    "web.rename": SIGNED_IN,
    "web.save": SIGNED_IN,
    "web.searches": SIGNED_IN,
    "web.seen": SIGNED_IN,
    "web.sign_in": EVERYBODY,
    "web.sign_out": EVERYBODY,
    "web.stop_feed": SIGNED_IN,
    "web.text_differences": EVERYBODY,
    "web.withdraw": OFFICERS,
    "web.withdraw_form": OFFICERS,
    "api.exported_list": EVERYBODY,
    "api.exports": EVERYBODY,
    "web.calendar": EVERYBODY,
    "web.compare_exports": SIGNED_IN,
    "web.completeness": EVERYBODY,
    "web.completeness_csv": EVERYBODY,
    "web.completeness_json": EVERYBODY,
    "web.deadlines": EVERYBODY,
    "web.delete_export_template": SIGNED_IN,
    "web.dossier": EVERYBODY,
    "web.end_calendar": SIGNED_IN,
    "web.export_list": EVERYBODY,
    "web.exported_list": EVERYBODY,
    "web.exports": SIGNED_IN,
    "web.long_export": SIGNED_IN,
    "web.make_calendar": SIGNED_IN,
    "web.manifest_of_file": EVERYBODY,
    "web.new_export": EVERYBODY,
    "web.private_calendar": EVERYBODY,
    "web.public_key": EVERYBODY,
    "web.request_long_export": SIGNED_IN,
    "web.save_export_template": SIGNED_IN,
    "web.verifier_script": EVERYBODY,
    "web.verify_export": EVERYBODY,
    "web.verify_files": EVERYBODY,
    "web.submissions": "s+++++-",
    "web.new_submission": SUBMITTERS,
    "web.begin_submission": SUBMITTERS,
    "web.suggest_agreements": SUBMITTERS,
    "web.suggest_bodies": SUBMITTERS,
    "api_submissions.submissions": "s++++++",
    "api_submissions.start": "s++++--",
}

#: Routes of one export, which is the author's own. Who reads the log sees it too, but cancels nothing of others.
READ_EXPORT = "s+000++"
OF_AN_EXPORT = {
    "web.cancel": "s+00000",
    "web.export": READ_EXPORT,
    "web.export_file": READ_EXPORT,
    "web.export_manifest": READ_EXPORT.replace("s", "-"),
    "web.export_progress": READ_EXPORT.replace("s", "-"),
    "web.repeat": READ_EXPORT,
}

#: Routes of one submission: what is let in to a draft, and to what was handed in.
OF_A_SUBMISSION = {
    "web.submission": (READ_DRAFT, READ_RECEIVED),
    "web.submission_file": (READ_DRAFT, READ_RECEIVED),
    "web.receipt": ("s00000-", READ_RECEIVED),
    "web.receipt_pdf": ("s00000-", READ_RECEIVED),
    "web.comment_on_submission": (WRITE, "s++0+--"),
    "web.step": (WRITE, "s++0+--"),
    "web.save_step": (WRITE, "s++0---"),
    "web.check_answers": (WRITE, "s++0+--"),
    "web.hand_in": (WRITE, "s++0---"),
    "web.submission_file_form": (WRITE, "s++0+--"),
    "web.add_submission_file": (WRITE, "s++0---"),
    "web.withdraw_submission": (WRITE, "s++0---"),
    "web.review_submission": (REVIEW_DRAFT, REVIEW),
    "web.decide_submission": (REVIEW_DRAFT, REVIEW),
    "web.assign_submission": (REVIEW_DRAFT, REVIEW),
}

#: The same by programs, which act as users by tokens of theirs; who has none is told so (s).
OF_A_SUBMISSION |= {
    "api_submissions.submission": ("s++00+0", "s++0++0"),
    "api_submissions.changes": ("s++00+0", "s++0++0"),
    "api_submissions.file_bytes": ("s++00+0", "s++0++0"),
    "api_submissions.receipt_of": ("s000000", "s++0++0"),
    "api_submissions.save": ("s++00-0", "s++0--0"),
    # A file for what was handed in is refused before it is read.
    "api_submissions.attach": ("s++00-0", "s--0--0"),
    "api_submissions.hand_in": ("s++00-0", "s++0--0"),
    "api_submissions.take_back": ("s++00-0", "s++0--0"),
    "api_submissions.remark": ("s++00-0", "s++0+-0"),
    "api_submissions.give": ("s--00-0", "s--0+-0"),
    "api_submissions.return_": ("s--00-0", "s--0+-0"),
    "api_submissions.register_": ("s--00-0", "s--0+-0"),
    "api_submissions.reject_": ("s--00-0", "s--0+-0"),
    # Of the draft it would take away what others ask for.
    "api_submissions.take_out": (None, "s++0--0"),
}


def routes():
    """Return (endpoint, method, rule) of every route of the application."""
    app = application(Settings(secret_key="only-for-tests", database_url="sqlite://"))
    found = [
        (rule.endpoint, method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    app.extensions[EXTENSION].close()
    return sorted(found)


ROUTES = routes()


@pytest.fixture(scope="module")
def scene(filled, databases, tmp_path_factory):
    """A registry with everybody in it, a document, a draft with a file, and the same handed in."""
    settings = copied_settings(filled, databases, tmp_path_factory.mktemp("matrix"))
    app = application(settings, FixedClock(TODAY))
    registry = app.extensions[EXTENSION]
    for login, who in PEOPLE.items():
        if who:
            new_user(registry, login, who[0], login, password=None, body=who[1])
    with registry.database.read() as session:
        users = {user.login: user for user in session.scalars(select(User))}
    author = Person(users["author"].id, "author", "submitter", users["author"].body_id)
    document = put_in(registry, TEXT).document_id
    made = {}
    for name in ("draft", "received"):
        made[name] = begin(
            registry, author, memorandum(titles=[{"language": "ru", "text": name * 9, "status": "authentic"}])
        )
        with registry.storage.spool.receive() as incoming:
            incoming.write(TEXT.encode())
            add_file(
                registry.database,
                registry.storage,
                None,
                author,
                made[name],
                incoming,
                "text.txt",
                DescribeFile("ru", "authentic_text", key()),
            )
    hand_in(registry, author, made["received"], because="It is another one.")
    with registry.database.read() as session:
        files = dict(
            zip(made, session.scalars(select(SubmissionFile.public_id).order_by(SubmissionFile.id)), strict=True)
        )
    with registry.database.write("author") as uow:
        request_export(
            uow,
            request_for(registry, reader=reader_of("submitter")),
            user_id=author.user_id,
            file_name="list.csv",
            media_type="text/csv",
        )
    assert make_next(registry.database, registry.index, ExportFiles(settings.exports_folder), 30)
    programs = {}
    with registry.database.write("test") as uow:
        for login in users:
            programs[login] = issue_token(uow, login, "test")
    (found,) = documents_in(registry)
    yield SimpleNamespace(
        app=app,
        registry=registry,
        users=users,
        document=document,
        file_name=found.file_name,
        made=made,
        files=files,
        tokens={},
        programs=programs,
    )
    registry.close()


def address(scene, rule, submission):
    """Return an address of a route, with what there is in the place of its arguments."""
    of_documents = rule.startswith("/agreements/")
    values = {
        "number": number_of(scene.registry) if of_documents or rule.startswith("/api/v1/agreements") else "1",
        "public_id": scene.made[submission],
        "file_id": scene.files[submission],
        "key": scene.document if of_documents else scene.made[submission] if "submission" in rule else "1",
        "act": "disable",
        "name": scene.file_name,
        "file": scene.files[submission],
        "step": "what",
        "language_code": "ru",
        "code": "en",
        "token": "unknown",
        "position": "0",
        "format_": "jsonl",
        "sha256": "0" * 64,
        "filename": "registry.css",
    }
    if rule.startswith("/account/bodies/"):
        values["key"] = "kaz-government"
    if rule.startswith("/account/users/"):
        # Nobody, so that nobody is disabled: who may not enter is not told that there is nobody.
        values["key"] = "99999"
    return re.sub(r"<(?:[^:<>]*(?:\([^)]*\))?:)?(\w+)>", lambda match: str(values[match[1]]), rule)


def asked(scene, login, method, path):
    """Ask as this user, or as nobody, from a page of the registry."""
    client = scene.app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    if path.startswith("/api/v1/submissions"):
        given = {"If-Match": '"1"', "Idempotency-Key": key()}
        if login in scene.users:
            given["Authorization"] = f"Bearer {scene.programs[login]}"
        sent = _sent_by_program(method, path)
        answer = client.open(path, method=method, headers=given, **sent)
        return answer.status_code, ""
    with client.session_transaction() as session:
        session["csrf"] = "token"
        if login in scene.users:
            session["sign_in"] = token_of(scene, login, anew=path.startswith("/account/sign-"))
    typed = {"csrf_token": "token", "text": "Words", "form_key": key(), "version": "1"}
    sent = {"data": typed} if method != "GET" else {}
    with client.open(path, method=method, **sent) as answer:
        # A stream is read to its end, so that nothing of it stays open.
        return answer.status_code, answer.get_data(as_text=answer.mimetype == "text/html")


def _sent_by_program(method, path):
    """Return what is right enough for a program to send, so that it is asked whether it may."""
    if method not in ("POST", "PUT"):
        return {}
    if path.endswith("/files"):
        said = {"file_name": "a.txt", "language": "ru", "role": "annex"}
        return {"query_string": said, "data": TEXT, "content_type": "text/plain"}
    bodies = {"submissions": {"kind": "new_agreement"}, "assign": {"login": "officer"}}
    return {"json": {"content": {}} if method == "PUT" else bodies.get(path.rpartition("/")[2], {"text": "Words"})}


def token_of(scene, login, *, anew):
    """Return the token of a sign-in; `anew` for what ends sign-ins."""
    user = scene.users[login]
    if login not in scene.tokens or anew:
        with scene.registry.database.write(login) as uow:
            uow.session.get_one(User, user.id).password_hash = "known"
            uow.session.flush()
            token = sign_in(uow, Proven(user.id, login, "known", None))
        if anew:
            # The first sign-in of all is the one that is ended.
            scene.tokens.clear()
            return token
        scene.tokens[login] = token
    return scene.tokens[login]


def outcome(status, text, *, is_owned):
    if status == 401:
        return "s"
    if status == 403:
        return "s" if 'name="login"' in str(text) else "-"
    return "0" if status == 404 and is_owned else "+"


def test_every_route_stands_in_the_table_and_every_line_of_it_is_a_route():
    assert {endpoint for endpoint, _, _ in ROUTES} == {*TABLE, *OF_AN_EXPORT, *OF_A_SUBMISSION}


@pytest.mark.parametrize(("endpoint", "method", "rule"), ROUTES, ids=[f"{item[1]} {item[2]}" for item in ROUTES])
def test_who_is_let_in(scene, endpoint, method, rule):
    of_one = OF_A_SUBMISSION.get(endpoint)
    of_export = OF_AN_EXPORT.get(endpoint)
    wanted = (
        dict(zip(("draft", "received"), of_one, strict=True)) if of_one else {"draft": of_export or TABLE[endpoint]}
    )
    wanted = {name: letters for name, letters in wanted.items() if letters}
    found = {}
    for name in wanted:
        path = address(scene, rule, name)
        answers = [asked(scene, login, method, path) for login in PEOPLE]
        assert all(status < 500 for status, _ in answers), path
        found[name] = "".join(outcome(status, text, is_owned=bool(of_one or of_export)) for status, text in answers)
    assert found == wanted
