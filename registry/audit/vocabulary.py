"""Closed vocabularies of the audit log. A value is stored as it stands here; labels are in the catalogues."""

from __future__ import annotations

from enum import StrEnum


class Act(StrEnum):
    """What was done, or tried."""

    AGREEMENT_REVISED = "agreement.revised"
    AGREEMENT_DELETED = "agreement.deleted"
    AGREEMENT_READ = "agreement.read"
    TEXT_READ = "text.read"
    FILE_DOWNLOADED = "file.downloaded"
    DOSSIER_DOWNLOADED = "dossier.downloaded"
    LIST_READ = "list.read"
    LIST_EXPORTED = "list.exported"
    EXPORT_REQUESTED = "export.requested"
    EXPORT_CANCELLED = "export.cancelled"
    EXPORT_FAILED = "export.failed"
    EXPORT_DOWNLOADED = "export.downloaded"
    EXPORT_REMOVED = "export.removed"
    EXPORT_TEMPLATE_SAVED = "export_template.saved"
    EXPORT_TEMPLATE_DELETED = "export_template.deleted"
    LOG_EXPORTED = "log.exported"
    FILE_IMPORTED = "file.imported"
    TEXTS_IMPORTED = "texts.imported"
    SIGNED_IN = "account.signed_in"
    #: The password was right; the code of the second factor is waited for.
    SIGN_IN_BEGUN = "account.sign_in_begun"
    SIGNED_OUT = "account.signed_out"
    SIGN_INS_ENDED = "account.sign_ins_ended"
    PASSWORD_CHOSEN = "account.password_chosen"  # noqa: S105  The name of an act, not a password.
    PASSWORD_CHANGED = "account.password_changed"  # noqa: S105  The name of an act, not a password.
    SECOND_FACTOR_BEGUN = "account.second_factor_begun"
    SECOND_FACTOR_ADDED = "account.second_factor_added"
    SECOND_FACTOR_REMOVED = "account.second_factor_removed"
    RECOVERY_CODES_MADE = "account.recovery_codes_made"
    RECOVERY_CODE_USED = "account.recovery_code_used"
    USER_ADDED = "user.added"
    USER_DISABLED = "user.disabled"
    USER_ENABLED = "user.enabled"
    ROLE_SET = "user.role_set"
    BODY_SET = "user.body_set"
    NAME_SET = "user.name_set"
    EMAIL_SET = "user.email_set"
    IDENTITY_LINKED = "user.identity_linked"
    LINK_ISSUED = "user.link_issued"
    CALENDAR_ISSUED = "calendar.issued"
    CALENDAR_ENDED = "calendar.ended"
    REMINDERS_QUEUED = "reminders.queued"
    SUBMISSION_STARTED = "submission.started"
    SUBMISSION_SAVED = "submission.saved"
    SUBMISSION_FILE_ADDED = "submission.file_added"
    SUBMISSION_FILE_REMOVED = "submission.file_removed"
    SUBMISSION_SUBMITTED = "submission.submitted"
    SUBMISSION_COMMENTED = "submission.commented"
    SUBMISSION_ASSIGNED = "submission.assigned"
    SUBMISSION_RETURNED = "submission.returned"
    SUBMISSION_REGISTERED = "submission.registered"
    SUBMISSION_REJECTED = "submission.rejected"
    SUBMISSION_WITHDRAWN = "submission.withdrawn"
    TOKEN_ISSUED = "token.issued"  # noqa: S105  The name of an act, not a token.
    TOKEN_REVOKED = "token.revoked"  # noqa: S105  The name of an act, not a token.
    LINK_ASKED = "user.link_asked"
    MAIL_RETRIED = "mail.retried"
    BODY_ADDED = "body.added"
    BODY_RENAMED = "body.renamed"
    NUMBER_VOIDED = "number.voided"
    ACCESS_DENIED = "access.denied"
    #: What no use case gave a name: the entry then says which tables were written to.
    TABLES_CHANGED = "tables.changed"


class Outcome(StrEnum):
    """How it ended."""

    DONE = "done"
    REFUSED = "refused"
