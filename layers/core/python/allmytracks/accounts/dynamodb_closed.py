"""A write beside an account that is made only while the account is not closed, without PynamoDB.

What works off an event reads the account first. A closing and its erasure may come between that read and the write,
which would then bring back what the erasure had removed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allmytracks.accounts.rules import AccountStatus
from allmytracks.foundation.aws.keys import PROFILE, account_key


def not_closed(table: str, account_id: str) -> Mapping[str, Any]:
    """The item of a transaction that refuses it for a closed account; one that is not known passes."""
    return {
        "ConditionCheck": {
            "TableName": table,
            "Key": {"pk": {"S": account_key(account_id)}, "sk": {"S": PROFILE}},
            "ConditionExpression": "attribute_not_exists(pk) OR #status <> :closed",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": {":closed": {"S": AccountStatus.CLOSED.value}},
        }
    }
