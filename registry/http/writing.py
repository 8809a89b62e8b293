"""Writes dates, periods and vocabulary in the reader's language, the same for pages, API and downloads."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from babel.dates import format_date
from flask_babel import get_locale, gettext, ngettext

from registry.core.durations import Period
from registry.core.edtf import PartialDate
from registry.core.i18n import N_
from registry.http.audit_labels import AUDIT_LABELS
from registry.http.submission_labels import SUBMISSION_ACTS, SUBMISSION_LABELS
from registry.lifecycle.labels import RECORD_LABELS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Labels of every value of the closed vocabularies.
LABELS = {
    **RECORD_LABELS,
    "body_kind": {
        "state": N_("State"),
        "head_of_state": N_("Head of state"),
        "government": N_("Government"),
        "ministry": N_("Ministry"),
        "agency": N_("Agency"),
        "parliament": N_("Parliament"),
        "court": N_("Court"),
        "region": N_("Region"),
        "organisation": N_("Organisation"),
    },
    "text_role": {
        "authentic_text": N_("Authentic text"),
        "certified_copy": N_("Certified copy"),
        "official_translation": N_("Official translation"),
        "unofficial_text": N_("Unofficial text, not compared with the certified copy"),
        "translation": N_("Translation"),
        "scan": N_("Scan"),
        "annex": N_("Annex"),
    },
    "text_standing": {
        "authentic": N_("an authentic text"),
        "authentic_language": N_("in an authentic language"),
        "translation": N_("translation"),
        "unknown": N_("not known whether authentic"),
    },
    "text_method": {
        "text": N_("read from the file"),
        "ocr": N_("recognised in an image, may have mistakes"),
    },
    "reading": {
        "queued": N_("waits to be read"),
        "running": N_("is being read"),
        "done": N_("read"),
        "failed": N_("could not be read"),
    },
    "media_type": {
        "application/pdf": N_("PDF"),
        "application/rtf": N_("RTF"),
        "application/vnd.oasis.opendocument.text": N_("OpenDocument text"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": N_("Word document"),
        "image/jpeg": N_("JPEG image"),
        "image/png": N_("PNG image"),
        "image/tiff": N_("TIFF image"),
        "text/html": N_("web page"),
        "text/plain": N_("plain text"),
    },
    "change": {
        "replaced": N_("Replaced"),
        "changed": N_("Changed in part"),
        "inserted": N_("Inserted"),
        "deleted": N_("Deleted"),
        "renumbered": N_("Renumbered"),
    },
    "article": {
        "front": N_("Before the text"),
        "preamble": N_("Preamble"),
        "article": N_("Article"),
        "closing": N_("Closing words"),
        "annex": N_("Annex"),
    },
    "access": {
        "public": N_("open to everybody"),
        "internal": N_("internal"),
        "restricted": N_("restricted"),
    },
    "office": {
        "head_of_state": N_("Head of state"),
        "head_of_government": N_("Head of government"),
        "foreign_minister": N_("Minister of foreign affairs"),
        "minister_or_agency_head": N_("Minister or head of an agency"),
        "ambassador": N_("Ambassador"),
        "other_plenipotentiary": N_("Other plenipotentiary"),
        "unknown": N_("Office not known"),
    },
    "nature": {
        "binding": N_("Binding under international law"),
        "non_binding": N_("Not binding"),
        "undetermined": N_("Not yet judged"),
    },
    "deadline": {
        "notice": N_("Last day to give notice"),
        "expiry": N_("Expiry"),
        "renewal": N_("End of a term that renews itself"),
    },
    "not_known": {
        "status_not_known": N_("it cannot be said whether it is in force"),
        "duration_not_stated": N_("its duration was not seen or is not stated"),
        "until_object_done": N_("it runs until its object is done"),
        "start_of_term_not_known": N_("the day from which its term counts is not exactly known"),
        "end_of_term_not_known": N_("the last day of its term is not exactly known"),
        "denunciation_not_known": N_("how it can be denounced was not seen"),
        "notice_not_stated": N_("the period of notice, or how it counts, is not stated"),
    },
    "certainty": {"documented": N_("documented"), "inferred": N_("inferred"), "reported": N_("reported")},
    "title_status": {
        "authentic": N_("authentic"),
        "official_translation": N_("official translation"),
        "translation": N_("our translation"),
        "machine_translation": N_("machine translation"),
        "as_cited": N_("as the source cites it"),
    },
    "action": {
        "signature": N_("Signature"),
        "initialling": N_("Initialling"),
        "provisional_application": N_("Provisional application"),
        "ratification": N_("Ratification"),
        "acceptance": N_("Acceptance"),
        "approval": N_("Approval"),
        "notification": N_("Notification"),
        "exchange_of_instruments": N_("Exchange of instruments"),
        "entry_into_force": N_("Entry into force"),
        "amendment": N_("Amendment"),
        "extension": N_("Extension"),
        "suspension": N_("Suspension"),
        "resumption": N_("Resumption"),
        "denunciation": N_("Denunciation"),
        "withdrawal": N_("Withdrawal"),
        "termination": N_("Termination"),
        "expiry": N_("Expiry"),
        "supersession": N_("Supersession"),
        "un_registration": N_("Registration with the United Nations"),
    },
    "clause": {
        "entry_into_force": N_("Entry into force"),
        "provisional_application": N_("Provisional application"),
        "duration": N_("Duration"),
        "denunciation": N_("Denunciation"),
        "amendment": N_("Amendment"),
        "disputes": N_("Settlement of disputes"),
        "ongoing_projects": N_("Work under way at the end"),
    },
    "term": {
        "on_signature": N_("On signature"),
        "on_last_notification": N_("With the last notification"),
        "after_last_notification": N_("Some time after the last notification"),
        "on_exchange_of_ratifications": N_("With the exchange of instruments of ratification"),
        "after_exchange_of_ratifications": N_("Some time after the exchange of instruments of ratification"),
        "on_date": N_("On a named day"),
        "with_other_agreement": N_("Together with another agreement"),
        "not_stated": N_("Not stated"),
        "fixed": N_("For a fixed time"),
        "tacit_renewal": N_("For a fixed time, renewed by itself"),
        "indefinite": N_("For an indefinite time"),
        "until_object_done": N_("Until its object is done"),
        "": N_("See the article"),
    },
    "relation": {
        "amends": N_("amends"),
        "supplements": N_("supplements"),
        "implements": N_("implements"),
        "supersedes": N_("supersedes"),
        "terminates": N_("ends"),
        "refers_to": N_("refers to"),
    },
    "inverse": {
        "amends": N_("amended by"),
        "supplements": N_("supplemented by"),
        "implements": N_("implemented by"),
        "supersedes": N_("superseded by"),
        "terminates": N_("ended by"),
        "refers_to": N_("referred to by"),
    },
    "number": {
        "un_registration": N_("United Nations registration"),
        "national_registration": N_("National registration"),
        "publication": N_("Published in"),
        "legal_database": N_("Legal database"),
    },
    "source": {
        "official_text": N_("Official or legal text"),
        "cited_in_agreement": N_("Cited in another agreement"),
        "press": N_("Press"),
        "data_set": N_("Data set"),
        "announcement": N_("Announcement"),
    },
    "language": {
        "en": N_("English"),
        "ru": N_("Russian"),
        "kk": N_("Kazakh"),
        "be": N_("Belarusian"),
        "de": N_("German"),
        "fr": N_("French"),
        "nl": N_("Dutch"),
        "es": N_("Spanish"),
    },
    "role": {
        "submitter": N_("Submitter"),
        "legal_officer": N_("Legal officer"),
        "auditor": N_("Auditor"),
        "administrator": N_("Administrator"),
    },
    "act": {
        "agreement.revised": N_("Revision of an agreement"),
        "agreement.deleted": N_("Deletion of an agreement"),
        "agreement.read": N_("Reading of an agreement that is not public"),
        "text.read": N_("Reading of a text that is not public"),
        "file.downloaded": N_("Download of a file that is not public"),
        "dossier.downloaded": N_("Download of a dossier that is not public"),
        "list.read": N_("Reading of a list with agreements that are not public"),
        "list.exported": N_("Export of a list"),
        "export.requested": N_("Request for a long export"),
        "export.cancelled": N_("Cancellation of an export"),
        "export.failed": N_("Export that was not finished"),
        "export.downloaded": N_("Download of an export"),
        "export.removed": N_("Removal of an export's file"),
        "export_template.saved": N_("Saving of an export template"),
        "export_template.deleted": N_("Deletion of an export template"),
        "log.exported": N_("Export of this log"),
        "file.imported": N_("Import of a file"),
        "texts.imported": N_("Import of texts"),
        "account.signed_in": N_("Sign-in"),
        "account.sign_in_begun": N_("Right password; code awaited"),
        "account.signed_out": N_("Sign-out"),
        "account.sign_ins_ended": N_("Ending of sign-ins"),
        "account.password_chosen": N_("Choice of a password"),
        "account.password_changed": N_("Change of a password"),
        "account.second_factor_begun": N_("Secret for a second factor"),
        "account.second_factor_added": N_("Second factor added"),
        "account.second_factor_removed": N_("Second factor taken away"),
        "account.recovery_codes_made": N_("New recovery codes"),
        "account.recovery_code_used": N_("Use of a recovery code"),
        "user.added": N_("Addition of a user"),
        "user.disabled": N_("Disabling of a user"),
        "user.enabled": N_("Enabling of a user"),
        "user.role_set": N_("Another role for a user"),
        "user.body_set": N_("Another body for a user"),
        "user.name_set": N_("Another name for a user"),
        "user.email_set": N_("Another address of e-mail for a user"),
        "user.identity_linked": N_("Identity at the provider of sign-ins"),
        "user.link_asked": N_("Request for a link by e-mail"),
        "user.link_issued": N_("Link to choose a password"),
        "calendar.issued": N_("Private calendar address"),
        "calendar.ended": N_("Ending of a private calendar address"),
        "reminders.queued": N_("Reminders of deadlines"),
        **SUBMISSION_ACTS,
        "mail.retried": N_("Another attempt to send e-mail"),
        "access.denied": N_("Denied access"),
        "tables.changed": N_("Other change"),
    },
    "outcome": {"done": N_("done"), "refused": N_("refused")},
    **SUBMISSION_LABELS,
    **AUDIT_LABELS,
    "export_state": {
        "queued": N_("waits to be made"),
        "running": N_("is being made"),
        "done": N_("made"),
        "failed": N_("could not be made"),
        "cancelled": N_("cancelled"),
    },
    "verdict": {
        "genuine": N_("Genuine"),
        "altered": N_("Altered"),
        "unknown": N_("Unknown"),
    },
    "export_check": {
        "key": N_("the manifest names the public key of this registry"),
        "manifest": N_("the manifest is as it was signed"),
        "file": N_("the file is the one that the manifest describes"),
        "entry": N_("the entry of the audit log tells of this export"),
        "inclusion": N_("the entry is in the log under the printed head"),
        "head": N_("the head of the log is as it was signed"),
        "log": N_("the log still continues that head"),
    },
    "gap": {
        "signature": N_("Signature data missing"),
        "text": N_("No authentic text"),
        "entry_into_force": N_("No entry into force"),
        "duration": N_("Duration or end not known"),
        "actions": N_("Contradictory acts"),
        "level": N_("Level in doubt"),
        "sources": N_("Sources not verified"),
        "relations": N_("Dead relations"),
    },
    "gap_sort": {
        "-gaps": N_("Most gaps first"),
        "registry_number": N_("Registry number"),
        "signed_on": N_("Earliest signature first"),
    },
    "severity": {"error": N_("Contradiction"), "warning": N_("Doubt"), "note": N_("Not known yet")},
}


_PLACES = {
    "Title": N_("Title"),
    "Preamble": N_("Preamble"),
    "Closing formula": N_("Closing formula"),
    "Final provision": N_("Final provision"),
    "registry editors": N_("registry editors"),
}


def label(vocabulary: str, value: str) -> str:
    """Return the label of a value of a closed vocabulary."""
    template = LABELS[vocabulary].get(value)
    return gettext(template) if template else value


def language() -> str:
    """Return the language of the request."""
    locale = get_locale()
    return str(locale.language) if locale else "en"


def pick(texts: Mapping[str, str] | None, prefer: Sequence[str] = ()) -> str:
    """Return the text in the reader's language, or else in the first of the languages that it has."""
    if not texts:
        return ""
    for code in (*prefer, language(), "ru", "en", "kk", "be"):
        if code in texts:
            return texts[code]
    return next(iter(texts.values()))


def write(value: object) -> str:
    """Write a date, a partial date or a period in the reader's language; a partial date shows what is known."""
    if isinstance(value, Period):
        return write_period(value)
    if isinstance(value, date):
        return format_date(value, "long", locale=_date_locale())
    if isinstance(value, PartialDate):
        if value.is_exact:
            return format_date(value.earliest, "long", locale=_date_locale())
        return (
            format_date(value.earliest, "LLLL y", locale=_date_locale())
            if value.precision == "month"
            else str(value.year)
        )
    return "" if value is None else str(value)


def _date_locale() -> str:
    """Return the locale for dates: English ones are written day first, as treaties are."""
    return "en_GB" if language() == "en" else language()


def write_place(place: str) -> str:
    """Write the place of a clause, or who judged, which records keep in English, in the reader's language."""
    written = gettext(_PLACES[place]) if place in _PLACES else place
    return re.sub(r"\bArt\. ?", gettext("Art. ") if language() != "en" else "Art. ", str(written))


def write_period(period: Period) -> str:
    """Write a period in words, such as "five years" as "5 years"."""
    parts = []
    if period.years:
        parts.append(ngettext("%(num)d year", "%(num)d years", period.years))
    if period.months:
        parts.append(ngettext("%(num)d month", "%(num)d months", period.months))
    if period.days:
        parts.append(ngettext("%(num)d day", "%(num)d days", period.days))
    return " ".join(parts)
