"""Publishes the status list, for checking letters without our API (M-III.5.revoke)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from allmytracks.foundation.time_and_ids import Clock
from allmytracks.licenses.ports import Licenses
from allmytracks.licenses.states.ports import StatusLists
from allmytracks.licenses.states.rules_status_lists import StatusList, status_list
from allmytracks.signing.ports import LicenseSigner

# No licence is older.
FIRST_LICENSE = datetime(2026, 11, 1, tzinfo=UTC)
TOKEN_TYPE = "license-status-list+jws"  # noqa: S105 - a media type, no secret


@dataclass(frozen=True)
class PublishStatusList:
    """Rebuilds and publishes the whole list, also where nothing changed: its date shows that it is current.

    It is built from the facts and not from the last list, so that the next list repairs a wrong one. Raises
    Unavailable.
    """

    licenses: Licenses
    signer: LicenseSigner
    lists: StatusLists
    clock: Clock
    public_url: str

    def __call__(self) -> StatusList:
        now = self.clock.now()
        made = status_list(now, self.licenses.state_changes(FIRST_LICENSE, now))
        self.lists.put(self.signer.sign(made.claims(self.public_url), TOKEN_TYPE).jws)
        return made
