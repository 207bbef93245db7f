"""What operators did, as stored records."""

from __future__ import annotations

from allmytracks.foundation.audit.dynamodb import AUDIT
from allmytracks.foundation.records import (
    SEVEN_YEARS,
    Hold,
    Keep,
    NotExported,
    Record,
    Retention,
    Store,
    Whose,
    attribute,
)

RECORDS = (
    Record(
        "operator's act",
        Store.ACCOUNTS,
        f"{AUDIT}{{day}}",
        Whose.OPERATOR,
        NotExported("what an operator did is the operator's; the timeline shows what it changed"),
        Keep("evidence of what operators did; names the account by its id alone"),
        Retention("audit", "what operators did can be shown for seven years", SEVEN_YEARS, attribute("at")),
        sort="{at}",
        hold=Hold.SUSPENDS,
        owner="subject",
    ),
)
