"""Labels of the vocabularies of submissions; `http.writing` makes them part of the others."""

from __future__ import annotations

from registry.core.i18n import N_

SUBMISSION_LABELS = {
    "submission_kind": {
        "new_agreement": N_("New agreement"),
        "action": N_("Act on a registered agreement"),
        "correction": N_("Correction of a record"),
        "document": N_("Document of a registered agreement"),
    },
    "submission_state": {
        "draft": N_("Draft"),
        "submitted": N_("Submitted"),
        "returned": N_("Returned for correction"),
        "registered": N_("Registered"),
        "rejected": N_("Rejected"),
        "withdrawn": N_("Withdrawn by its author"),
    },
    "submission_deed": {
        "read": N_("Read"),
        "edit": N_("Edit"),
        "submit": N_("Submit"),
        "withdraw": N_("Withdraw"),
        "comment": N_("Remark"),
        "assign": N_("Assign"),
        "return": N_("Return for correction"),
        "register": N_("Register"),
        "reject": N_("Reject"),
    },
    "submission_step": {
        "what": N_("What it is"),
        "who": N_("Who signed, at which level"),
        "dates": N_("Dates and duration"),
        "relations": N_("Relations and subjects"),
        "documents": N_("Documents and sources"),
    },
    "likeness": {
        "same_file": N_("the same file"),
        "same_number": N_("the same number elsewhere"),
        "same_title": N_("the same title"),
        "similar_title": N_("a similar title"),
        "same_parties": N_("the same parties"),
        "same_date": N_("signed on the same day"),
        "close_date": N_("signed within a week"),
    },
    "notice": {
        "submitted": N_("It was submitted again."),
        "returned": N_("The treaty office returned it for correction."),
        "registered": N_("The treaty office registered it."),
        "rejected": N_("The treaty office rejected it."),
        "withdrawn": N_("Its author withdrew it."),
        "commented": N_("There is a new remark."),
        "assigned": N_("It was assigned to you."),
    },
}

SUBMISSION_ACTS = {
    "submission.started": N_("Beginning of a submission"),
    "submission.saved": N_("Saving of a draft"),
    "submission.file_added": N_("Adding of a file to a draft"),
    "submission.file_removed": N_("Removal of a file from a draft"),
    "submission.submitted": N_("Handing in of a submission"),
    "submission.commented": N_("Remark on a submission"),
    "submission.assigned": N_("Assignment of a submission"),
    "submission.returned": N_("Return of a submission"),
    "submission.registered": N_("Registration of a submission"),
    "submission.rejected": N_("Rejection of a submission"),
    "submission.withdrawn": N_("Withdrawal of a submission"),
    "number.voided": N_("Explanation of a number that no agreement has"),
    "token.issued": N_("Issue of a token for programs"),
    "token.revoked": N_("Revocation of a token for programs"),
}
