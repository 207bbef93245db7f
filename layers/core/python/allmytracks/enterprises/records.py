"""What is stored of an account's enterprise."""

from __future__ import annotations

from allmytracks.enterprises.dynamodb import COMPANY, CONSENT, LETTER
from allmytracks.enterprises.rules_authority import letter_key
from allmytracks.foundation.aws.keys import OF_ACCOUNT
from allmytracks.foundation.records import (
    ACCOUNTS_LIFE,
    Delete,
    Exported,
    Pseudonymise,
    Record,
    Store,
    Whose,
    attribute,
    contracts,
)

RECORDS = (
    Record(
        "company",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("company.json", json=frozenset({"company"})),
        Delete(),
        ACCOUNTS_LIFE,
        sort=COMPANY,
    ),
    Record(
        "declared consent of a company",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("company-consents.json", json=frozenset({"company"})),
        Pseudonymise(
            "which agreements a contract was made under",
            leaves=frozenset({"agreement", "version", "declared_at"}),
        ),
        contracts(attribute("declared_at"), from_end=True),
        sort=f"{CONSENT}{{agreement}}#{{version}}#{{company}}",
    ),
    Record(
        "letter of authority",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported(
            "letter-of-authority.json",
            hidden=frozenset({"timeline_key", "timeline_at", "revision"}),
            json=frozenset({"letter"}),
        ),
        Delete(),
        ACCOUNTS_LIFE,
        sort=LETTER,
    ),
    Record(
        "file of a letter of authority",
        Store.DOCUMENTS,
        letter_key("{account}", "{letter}"),
        Whose.ACCOUNT,
        Exported("letters-of-authority"),
        Delete(),
        ACCOUNTS_LIFE,
        folder="authorities/{account}/",
    ),
)
