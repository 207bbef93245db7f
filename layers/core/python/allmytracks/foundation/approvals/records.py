"""Requests for acts that need two operators, as stored records."""

from __future__ import annotations

from allmytracks.foundation.approvals.dynamodb import APPROVAL, KEPT, STATE
from allmytracks.foundation.records import Hold, Keep, NotExported, Record, Retention, Store, Whose

RECORDS = (
    Record(
        "request of an operator for an act",
        Store.ACCOUNTS,
        f"{APPROVAL}{{approval}}",
        Whose.OPERATOR,
        NotExported("what an operator asked for is the operator's; the timeline shows what was done"),
        Keep("evidence of what operators asked for; names the account by its id alone"),
        Retention("approvals", "what was asked for and refused can be shown for a year", KEPT, by_store=True),
        sort=STATE,
        hold=Hold.UNAFFECTED,
    ),
)
