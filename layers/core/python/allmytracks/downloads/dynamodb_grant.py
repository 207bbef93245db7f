"""The transaction that grants a download, as DynamoDB's JSON, and the reading of a refused one (design, section 6.1).

Attributes of the allowance item that only a grant writes:

- `d<day number>`: the count of one day. A new day is a new attribute: nothing is reset, nothing races with a reset.
- `day`: the newest day that was counted. It never decreases, so that a late request of yesterday is refused.
- `k<day number modulo 17>`: the Idempotency-Keys of one day's grants, as short hashes of key and day. What 17 days
  before was left under the same name is of another day and meets no key.
- `t0`, `t1`, …: the instants of the newest grants, newest first; each grant moves them on by one. The slow-down reads
  the one that lies as many grants back as its limit.

Older counts and keys go with the next grant, so that the item keeps its size (docs/costs.md).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from allmytracks.downloads.dynamodb_attributes import to_attributes
from allmytracks.downloads.ports_allowances import Terms
from allmytracks.downloads.rules import Grant
from allmytracks.downloads.rules_allowance import Counted, Day, Standing
from allmytracks.foundation.aws.tables import ABSENT
from allmytracks.memberships.dynamodb_allowance_attributes import (
    DAY,
    PERIODS,
    RESTRICTED_UNTIL,
    RESTRICTION,
    STANDING,
    allowance_key,
    instant_of,
    period_of,
)

# Counts of older days are removed by the next grant; a longer pause leaves one small attribute.
DAYS_TRIMMED = 31
KEY_DAYS = 17
# A new key collides with one of a hundred old ones once in 10^10; 8 bytes would cost heavy users one more write unit.
KEY_BYTES = 5
NAMES = {"#standing": STANDING, "#until": RESTRICTED_UNTIL, "#periods": PERIODS, "#day": DAY}
NOTHING = {"N": "0"}


def count_attribute(day_number: int) -> str:
    """The attribute that counts one day."""
    return f"d{day_number}"


def keys_attribute(day_number: int) -> str:
    """The attribute that holds the keys of one day."""
    return f"k{day_number % KEY_DAYS}"


def remembered_key(key_hash: str, day_number: int) -> bytes:
    """The hash that a day keeps of an Idempotency-Key."""
    return hashlib.sha256(f"{key_hash}{day_number}".encode()).digest()[:KEY_BYTES]


def transaction(
    counters: str, accounts: str, grant: Grant, terms: Terms, day: Day, now: datetime
) -> list[dict[str, Any]]:
    """Both items of the transaction: the download's put where absent, the allowance's conditional update."""
    recent = terms.burst.downloads if terms.burst else 0
    return [
        {
            "Put": {
                "TableName": accounts,
                "Item": to_attributes(grant),
                "ConditionExpression": ABSENT,
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        },
        {
            "Update": {
                "TableName": counters,
                "Key": {"pk": {"S": allowance_key(grant.account_id)}},
                "UpdateExpression": _update(day.number, recent),
                "ConditionExpression": _condition(
                    day.number, recent, terms.period_index, len(terms.permitting), _guess(terms.expected)
                ),
                "ExpressionAttributeNames": NAMES,
                "ExpressionAttributeValues": _values(grant, terms, day, now),
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        },
    ]


def _guess(expected: Counted | None) -> str:
    if expected is None:
        return ""
    return "some" if expected.used else "none"


@lru_cache(maxsize=64)
def _update(day: int, recent: int) -> str:
    """The update that counts one more, keeps its key and instant, and removes old attributes."""
    count = count_attribute(day)
    moved = [f"t{n} = if_not_exists(t{n - 1}, :zero)" for n in range(1, recent)]
    instants = ["t0 = :now", *moved] if recent else []
    kept = {keys_attribute(day), keys_attribute(day - 1)}
    dropped = [count_attribute(day - back) for back in range(1, DAYS_TRIMMED + 1)]
    dropped += [f"k{n}" for n in range(KEY_DAYS) if f"k{n}" not in kept]
    sets = ", ".join([f"{count} = if_not_exists({count}, :zero) + :one", "#day = :day", *instants])
    return f"SET {sets} REMOVE {', '.join(dropped)} ADD {keys_attribute(day)} :key"


@lru_cache(maxsize=64)
def _condition(day: int, recent: int, index: int, permitting: int, guess: str) -> str:
    """What must hold for a grant; downloads/rules_allowance.py explains each part where it does not."""
    count, period = count_attribute(day), f"#periods[{index}]"
    counted = {
        "": f"(attribute_not_exists({count}) OR {count} < {period}.daily_limit)",
        "none": f"attribute_not_exists({count}) AND {period}.daily_limit = :limit",
        "some": f"{count} = :used AND {count} < {period}.daily_limit AND {period}.daily_limit = :limit",
    }
    parts = [
        "#standing = :active",
        "#until <= :now",
        f"{period}.starts_at <= :now",
        f"{period}.ends_at > :now",
        f"{period}.terms_id IN ({', '.join(f':terms{n}' for n in range(permitting))})",
        counted[guess],
        # A late request of yesterday would start a new count for yesterday.
        "#day <= :day",
        f"NOT contains({keys_attribute(day)}, :today)",
        f"NOT contains({keys_attribute(day - 1)}, :yesterday)",
    ]
    if recent:
        parts.append(f"(attribute_not_exists(t{recent - 1}) OR t{recent - 1} <= :since)")
    return " AND ".join(parts)


def _values(grant: Grant, terms: Terms, day: Day, now: datetime) -> dict[str, dict[str, Any]]:
    moment = int(now.timestamp())
    key = remembered_key(grant.key_hash, day.number)
    values: dict[str, dict[str, Any]] = {
        ":active": {"S": "active"},
        ":now": {"N": str(moment)},
        ":day": {"N": str(day.number)},
        ":zero": {"N": "0"},
        ":one": {"N": "1"},
        ":key": {"BS": [key]},
        ":today": {"B": key},
        ":yesterday": {"B": remembered_key(grant.key_hash, day.number - 1)},
        **{f":terms{n}": {"S": terms_id} for n, terms_id in enumerate(terms.permitting)},
    }
    if terms.burst:
        values[":since"] = {"N": str(moment - terms.burst.minutes * 60)}
    if terms.expected:
        values[":limit"] = {"N": str(terms.expected.limit)}
        if terms.expected.used:
            values[":used"] = {"N": str(terms.expected.used)}
    return values


def to_standing(item: Mapping[str, Mapping[str, Any]], day: Day) -> Standing:
    """The standing from the returned old item; a restriction may precede the first payment."""
    return Standing(
        standing=item[STANDING]["S"] if STANDING in item else "active",
        restricted_until=instant_of(item.get(RESTRICTED_UNTIL, NOTHING)),
        periods=tuple(period_of(each["M"]) for each in item[PERIODS]["L"]) if PERIODS in item else (),
        used=int(item.get(count_attribute(day.number), NOTHING)["N"]),
        newest_day=int(item.get(DAY, NOTHING)["N"]),
        restriction=item[RESTRICTION]["S"] if RESTRICTION in item else None,
        recent=tuple(_recent(item)),
    )


def used_key(item: Mapping[str, Mapping[str, Any]], key_hash: str, day: Day) -> bool:
    """Whether a grant of that day, or of the day before, used this Idempotency-Key."""
    return any(
        base64.b64encode(remembered_key(key_hash, number)).decode()
        in item.get(keys_attribute(number), {"BS": ()})["BS"]
        for number in (day.number, day.number - 1)
    )


def _recent(item: Mapping[str, Mapping[str, Any]]) -> Sequence[datetime]:
    found: list[datetime] = []
    while f"t{len(found)}" in item:
        found.append(instant_of(item[f"t{len(found)}"]))
    return found
