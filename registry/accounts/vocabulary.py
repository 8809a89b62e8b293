"""Closed vocabularies of accounts. A value is stored as it stands here; labels are in the catalogues."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a user is to the registry."""

    SUBMITTER = "submitter"
    LEGAL_OFFICER = "legal_officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """What a user may be allowed to do. Reading is no permission but a matter of clearance."""

    SAVE_SEARCHES = "save_searches"
    SAVE_TEMPLATES = "save_templates"
    READ_AUDIT_LOG = "read_audit_log"
    ATTACH_DOCUMENTS = "attach_documents"
    SUBMIT = "submit"
    REVIEW_SUBMISSIONS = "review_submissions"
    READ_SUBMISSIONS = "read_submissions"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_BODIES = "manage_bodies"
    EXPORT_LISTS = "export_lists"
