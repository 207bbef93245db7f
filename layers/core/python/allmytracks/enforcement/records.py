"""Cases and what is watched, as stored records."""

from __future__ import annotations

from allmytracks.enforcement.dynamodb_cases import CASE, case_key
from allmytracks.enforcement.dynamodb_guardians import ANSWER
from allmytracks.enforcement.dynamodb_watch_records import watch_key
from allmytracks.foundation.aws.keys import OF_ACCOUNT
from allmytracks.foundation.records import (
    SHORT,
    Delete,
    Exported,
    Keep,
    NotExported,
    Pseudonymise,
    Record,
    Store,
    Whose,
    attribute,
    contracts,
)

RECORDS = (
    Record(
        "case",
        Store.ACCOUNTS,
        case_key("{case}"),
        Whose.ACCOUNT,
        NotExported("counts of a suspicion; the timeline shows what was decided"),
        Keep("counts and ids that name nobody, for claims from the contract"),
        contracts(attribute("closed_at")),
        sort=CASE,
        owner="case_of",
    ),
    Record(
        "guardian's answer",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("guardian-answers.json", json=frozenset({"versions"})),
        Pseudonymise(
            "shows that a guardian answered, how and when",
            leaves=frozenset({"decision", "at", "versions"}),
            replaced={"guardian_email": "", "source_ip": ""},
        ),
        contracts(attribute("at")),
        sort=f"{ANSWER}{{answer}}",
    ),
    Record(
        "sightings of downloads",
        Store.COUNTERS,
        watch_key("{account}"),
        Whose.ACCOUNT,
        NotExported("hashes of networks and devices of the last two days, dropped by themselves"),
        Delete(),
        SHORT,
    ),
)
