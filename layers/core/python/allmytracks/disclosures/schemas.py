"""Request and response bodies of the routes for disclosures (api.md)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from allmytracks.disclosures.rules import Basis, Disclosure, Recorded
from allmytracks.foundation.instants import rfc3339


class DisclosureForm(msgspec.Struct):
    """A disclosure that was made: `what` names the data by their kinds, never the data themselves."""

    at: Annotated[datetime, msgspec.Meta(tz=True)]
    to: str
    what: str
    why: str
    basis: Basis

    def of(self, account_id: str) -> Disclosure:
        return Disclosure(account_id, self.at, self.to, self.what, self.why, self.basis)


class DisclosureAnswer(msgspec.Struct):
    """One disclosure of the caller's data: when, to whom, which data, why, on which of the agreement's grounds."""

    at: str
    to: str
    what: str
    why: str
    basis: Basis


class DisclosuresAnswer(msgspec.Struct):
    """All of them, the latest first."""

    items: list[DisclosureAnswer]


class RecordedAnswer(msgspec.Struct):
    """A disclosure as operators see it."""

    disclosure_id: str
    account_id: str
    at: str
    to: str
    what: str
    why: str
    basis: Basis
    recorded_by: str
    recorded_at: str


class RecordedListAnswer(msgspec.Struct):
    """An account's disclosures, the latest first."""

    items: list[RecordedAnswer]


def disclosures_answer(found: Sequence[Recorded]) -> DisclosuresAnswer:
    """The register as the member sees it."""
    shown = [each.disclosure for each in found]
    return DisclosuresAnswer(
        [DisclosureAnswer(rfc3339(each.at), each.to, each.what, each.why, each.basis) for each in shown]
    )


def recorded_answer(recorded: Recorded) -> RecordedAnswer:
    """A disclosure as operators see it."""
    disclosure = recorded.disclosure
    return RecordedAnswer(
        disclosure_id=disclosure.id,
        account_id=disclosure.account_id,
        at=rfc3339(disclosure.at),
        to=disclosure.to,
        what=disclosure.what,
        why=disclosure.why,
        basis=disclosure.basis,
        recorded_by=recorded.recorded_by,
        recorded_at=rfc3339(recorded.recorded_at),
    )
