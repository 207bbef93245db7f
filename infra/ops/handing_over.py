"""Which members' data may go to the buyer of the business (P-share.purpose)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_consents import COMPANY_TRANSFER
from allmytracks.notices.rules_mailings import MailingKind, MailingStatus, Outcome
from infra.ops.commands import segment
from infra.ops.errors import OpsError

if TYPE_CHECKING:
    from infra.ops.client import OpsClient

PAGE = 100
TOLD = frozenset({Outcome.MAILED.value, Outcome.INBOX.value})


def may_be_handed_over(client: OpsClient, mailing_id: str) -> Iterator[dict[str, Any]]:
    """The accounts that got the notice of a transfer and still exist; `sensitive_data` as each consents now.

    Raises OpsError where the mailing is of no transfer, or has not reached everybody.
    """
    path = f"/mailings/{segment(mailing_id)}"
    mailing = client.call("GET", path)
    if mailing["kind"] != MailingKind.TRANSFER:
        raise OpsError(f"Mailing {mailing_id} tells of no transfer.", code="no_transfer", status=409)
    if mailing["status"] != MailingStatus.DONE:
        message = f"Mailing {mailing_id} is {mailing['status']}: wait until it is done; members are told first."
        raise OpsError(message, code="not_told_yet", status=409)
    cursor: str | None = None
    while True:
        page = client.call("GET", f"{path}/deliveries", query={"limit": PAGE, "cursor": cursor})
        for each in page["items"]:
            if each["outcome"] in TOLD:
                account = client.call("GET", f"/accounts/{segment(each['account_id'])}")
                if account["status"] != AccountStatus.CLOSED:
                    yield {
                        "account_id": each["account_id"],
                        "told_at": each["at"],
                        "sensitive_data": _consents(account),
                    }
        cursor = page["next_cursor"]
        if cursor is None:
            return


def _consents(account: dict[str, Any]) -> bool:
    return any(each["id"] == COMPANY_TRANSFER and each["given"] for each in account["consents"])
