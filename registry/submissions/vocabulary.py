"""Closed vocabularies of submissions. A value is stored as it stands here; labels are in the catalogues."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What is submitted. All but the first concern an agreement that is registered already."""

    NEW_AGREEMENT = "new_agreement"
    ACTION = "action"
    CORRECTION = "correction"
    DOCUMENT = "document"


class State(StrEnum):
    """Where a submission stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REGISTERED = "registered"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


#: What is in one of these states never changes again.
FINAL = frozenset({State.REGISTERED, State.REJECTED, State.WITHDRAWN})


class Deed(StrEnum):
    """What people do to a submission (`Act` is the word of the audit log)."""

    READ = "read"
    EDIT = "edit"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    COMMENT = "comment"
    ASSIGN = "assign"
    RETURN = "return"
    REGISTER = "register"
    REJECT = "reject"


class Step(StrEnum):
    """The steps of the form, in their order."""

    WHAT = "what"
    WHO = "who"
    DATES = "dates"
    RELATIONS = "relations"
    DOCUMENTS = "documents"


class Notice(StrEnum):
    """What somebody is told about a submission."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    REGISTERED = "registered"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    COMMENTED = "commented"
    ASSIGNED = "assigned"


class Likeness(StrEnum):
    """Why an agreement that is registered may be the one that is submitted."""

    SAME_FILE = "same_file"
    SAME_NUMBER = "same_number"
    SAME_TITLE = "same_title"
    SIMILAR_TITLE = "similar_title"
    SAME_PARTIES = "same_parties"
    SAME_DATE = "same_date"
    CLOSE_DATE = "close_date"
