"""The public partition of a licence: its record, and its later facts (REVOCATION, SUPERSESSION).

Each of the three items is put once (conditional on absence), and never changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec.structs import replace
from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.licenses.rules import PublicLicense
from allmytracks.licenses.rules_numbers import LicenseNotFound
from allmytracks.licenses.states.rules import (
    LicenseState,
    Revocation,
    RevocationReason,
    StateChange,
    Supersession,
    SupersessionReason,
)

RECORD, REVOCATION, SUPERSESSION = "RECORD", "REVOCATION", "SUPERSESSION"
NOT_FOUND = "There is no licence with this number."
_PREFIX = "LICENSE#"


class StatesIndex(GlobalSecondaryIndex["LicenseItem"]):
    """Sparse index over the revocations and supersessions of a month."""

    class Meta:
        """PynamoDB's settings of the index."""

        index_name = "timeline"
        projection = AllProjection()

    timeline_key = UnicodeAttribute(hash_key=True)
    timeline_at = UnicodeAttribute(range_key=True)


class LicenseItem(Model):
    """One of the three items: `public` (JSON, no name in full) is the record's, all from `reason` on the others'."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    timeline = StatesIndex()
    timeline_key = UnicodeAttribute(null=True)
    timeline_at = UnicodeAttribute(null=True)
    account_id = UnicodeAttribute(null=True)
    issued_at = UnicodeAttribute(null=True)
    public = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    revoked_at = UnicodeAttribute(null=True)
    run = UnicodeAttribute(null=True)
    superseded_at = UnicodeAttribute(null=True)
    superseded_by = UnicodeAttribute(null=True)


def record_key(number: str) -> str:
    """The partition of one licence's public items."""
    return f"{_PREFIX}{number}"


def month_of(at: datetime) -> str:
    """The index partition of the revocations and supersessions in the month (UTC) of an instant."""
    return f"LICENSE_STATES#{at.astimezone(UTC):%Y-%m}"


def months(since: datetime, until: datetime) -> Iterator[str]:
    """The index partitions, oldest first, of all months from one instant to another."""
    at = since.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while at <= until:
        yield month_of(at)
        at = (at + timedelta(days=32)).replace(day=1)


def record_item(model: type[LicenseItem], public: PublicLicense, account_id: str) -> LicenseItem:
    """The record of a licence; its revocation and supersession are items of their own."""
    stated = msgspec.to_builtins(public)
    del stated["state"]
    return model(
        record_key(public.number),
        RECORD,
        account_id=account_id,
        issued_at=rfc3339(public.issued_at),
        public=msgspec.json.encode(stated).decode(),
    )


def revocation_item(model: type[LicenseItem], number: str, revocation: Revocation) -> LicenseItem:
    """The fact that a licence was revoked."""
    return model(
        record_key(number),
        REVOCATION,
        timeline_key=month_of(revocation.revoked_at),
        timeline_at=_place(number, revocation.revoked_at),
        revoked_at=rfc3339(revocation.revoked_at),
        reason=revocation.reason.value,
        run=rfc3339(revocation.run) if revocation.run else None,
    )


def supersession_item(model: type[LicenseItem], number: str, supersession: Supersession) -> LicenseItem:
    """The fact that another letter supersedes a licence."""
    return model(
        record_key(number),
        SUPERSESSION,
        timeline_key=month_of(supersession.superseded_at),
        timeline_at=_place(number, supersession.superseded_at),
        superseded_at=rfc3339(supersession.superseded_at),
        superseded_by=supersession.superseded_by,
        reason=supersession.reason.value,
    )


def _place(number: str, at: datetime) -> str:
    return f"{rfc3339(at)}#{number}"


def public_of(items: Iterable[LicenseItem]) -> PublicLicense:
    """A licence from the items of its partition. Raises LicenseNotFound where the record is not among them."""
    found = {item.sk: item for item in items}
    record = found.get(RECORD)
    if record is None or record.public is None:
        raise LicenseNotFound(NOT_FOUND)
    public = msgspec.json.decode(record.public, type=PublicLicense)
    revocation, supersession = found.get(REVOCATION), found.get(SUPERSESSION)
    state = LicenseState(
        revocation=_revocation(revocation) if revocation else None,
        supersession=_supersession(supersession) if supersession else None,
    )
    return replace(public, state=state)


def change_of(item: LicenseItem) -> StateChange:
    """The revocation or supersession of an item."""
    fact = _revocation(item) if item.sk == REVOCATION else _supersession(item)
    return StateChange(item.pk.removeprefix(_PREFIX), fact)


def _revocation(item: LicenseItem) -> Revocation:
    run = parse_rfc3339(item.run) if item.run else None
    return Revocation(parse_rfc3339(item.revoked_at or ""), RevocationReason(item.reason or ""), run)


def _supersession(item: LicenseItem) -> Supersession:
    at, reason = parse_rfc3339(item.superseded_at or ""), SupersessionReason(item.reason or "")
    return Supersession(at, item.superseded_by or "", reason)
