"""Every kind of stored record, of all capabilities."""

from __future__ import annotations

from datetime import timedelta

from allmytracks.accounts.records import RECORDS as ACCOUNTS
from allmytracks.catalogue.records import RECORDS as CATALOGUE
from allmytracks.closing.records import RECORDS as CLOSING
from allmytracks.damages.records import RECORDS as DAMAGES
from allmytracks.disclosures.records import RECORDS as DISCLOSURES
from allmytracks.downloads.records import RECORDS as DOWNLOADS
from allmytracks.enforcement.records import RECORDS as ENFORCEMENT
from allmytracks.enterprises.records import RECORDS as ENTERPRISES
from allmytracks.foundation.approvals.records import RECORDS as APPROVALS
from allmytracks.foundation.audit.records import RECORDS as AUDIT
from allmytracks.foundation.aws.keys import OF_ACCOUNT
from allmytracks.foundation.records import (
    ACCOUNTS_LIFE,
    PRODUCT,
    SHORT,
    SIX_YEARS,
    Delete,
    Exported,
    Hold,
    Keep,
    NotExported,
    Record,
    Retention,
    Store,
    Whose,
    attribute,
)
from allmytracks.foundation.throttling.records import RECORDS as THROTTLING
from allmytracks.invoices.records import RECORDS as INVOICES
from allmytracks.licenses.records import RECORDS as LICENSES
from allmytracks.memberships.records import RECORDS as MEMBERSHIPS
from allmytracks.notices.records import RECORDS as NOTICES
from allmytracks.payments.records import RECORDS as PAYMENTS
from allmytracks.privacy.dynamodb_erasures import ERASURE, STATE
from allmytracks.privacy.dynamodb_exports import EXPORT
from allmytracks.privacy.dynamodb_holds import HOLD
from allmytracks.privacy.dynamodb_retention import PROGRESS, RETENTION
from allmytracks.privacy.s3_erasure_marks import MARKS
from allmytracks.publishing.records import RECORDS as PUBLISHING
from allmytracks.register.records import RECORDS as REGISTER
from allmytracks.storage.records import RECORDS as STORAGE
from allmytracks.tickets.records import RECORDS as TICKETS
from allmytracks.timeline.records import RECORDS as TIMELINE

OWN = (
    Record(
        "erasure",
        Store.ACCOUNTS,
        f"{ERASURE}{{erasure}}",
        Whose.ACCOUNT,
        NotExported("there is none while the account exists"),
        Keep("shows that the account was erased: its id, counts, and the receipt"),
        # Longer than what is counted from it.
        Retention("erasure", "as what proves the contract", SIX_YEARS + timedelta(days=31), attribute("begun_at")),
        sort=STATE,
        hold=Hold.UNAFFECTED,
    ),
    Record(
        "mark of an erasure",
        Store.DOCUMENTS,
        f"{MARKS}{{erased}}",
        Whose.NOBODY,
        NotExported("there is none while the account exists"),
        Keep("the bare id of an account, by which it is erased again after a restore of the tables"),
        Retention("marks", "longer than any copy of the tables is kept", by_store=True),
        hold=Hold.UNAFFECTED,
    ),
    Record(
        "legal hold",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        NotExported("may be part of an inquiry that the member must not be warned of"),
        Keep("suspends the erasure of what it names until it is lifted"),
        Retention("hold", "until the hold is lifted"),
        sort=f"{HOLD}{{hold}}",
        hold=Hold.UNAFFECTED,
    ),
    Record(
        "export",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("data-exports.json"),
        Delete(),
        ACCOUNTS_LIFE,
        sort=f"{EXPORT}{{export}}",
    ),
    Record(
        "export's file",
        Store.DOCUMENTS,
        "exports/{account}/{export}/{sha256}.zip",
        Whose.ACCOUNT,
        NotExported("a copy of what the archive has"),
        Delete(),
        SHORT,
        folder="exports/{account}/",
        hold=Hold.UNAFFECTED,
    ),
    Record(
        "progress of retention",
        Store.ACCOUNTS,
        RETENTION,
        Whose.NOBODY,
        NotExported("about no account"),
        Keep("about no account"),
        PRODUCT,
        sort=PROGRESS,
        hold=Hold.UNAFFECTED,
    ),
)
ALL: tuple[Record, ...] = (
    *AUDIT,
    *APPROVALS,
    *THROTTLING,
    *PUBLISHING,
    *ACCOUNTS,
    *CATALOGUE,
    *MEMBERSHIPS,
    *PAYMENTS,
    *INVOICES,
    *ENFORCEMENT,
    *DOWNLOADS,
    *LICENSES,
    *REGISTER,
    *DAMAGES,
    *DISCLOSURES,
    *NOTICES,
    *TICKETS,
    *ENTERPRISES,
    *STORAGE,
    *CLOSING,
    *TIMELINE,
    *OWN,
)


def covering(store: Store, key: str, sort: str | None = None) -> list[Record]:
    """The declarations that cover an item or object: one, if all is well."""
    return [each for each in ALL if each.store is store and each.covers(key, sort)]
