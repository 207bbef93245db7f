"""What is stored of an account itself."""

from __future__ import annotations

from datetime import timedelta

from allmytracks.accounts.dynamodb import ACCEPTANCE
from allmytracks.accounts.dynamodb_addresses import EMAIL, FIRST, OWNER, SIGN_UP, address_hash
from allmytracks.accounts.dynamodb_billing import BILLING
from allmytracks.accounts.dynamodb_codes import CODE
from allmytracks.accounts.dynamodb_consents import HISTORY, LAST
from allmytracks.accounts.dynamodb_deadlines import DEADLINE
from allmytracks.accounts.dynamodb_embargoes import ADDRESS, EMBARGO
from allmytracks.accounts.dynamodb_guardian_consents import CONSENT, GUARDIAN
from allmytracks.accounts.dynamodb_receipt_numbers import RECEIPT
from allmytracks.accounts.dynamodb_sessions import SESSION
from allmytracks.accounts.third_party.dynamodb import ATTEMPT, LINK, LOGIN, PROOF
from allmytracks.foundation.aws.keys import OF_ACCOUNT, PROFILE
from allmytracks.foundation.records import (
    ACCOUNTS_LIFE,
    SHORT,
    SIX_YEARS,
    Attributes,
    Delete,
    Exported,
    Hold,
    Keep,
    Named,
    NotExported,
    Pseudonymise,
    Record,
    Retention,
    Store,
    Whose,
    attribute,
    contracts,
)

_EMAIL = f"{EMAIL}{{email_hash}}"
_ADDRESS = NotExported("a hash of the address, which the profile has in full")


def _hash_of_address(item: Attributes) -> str | None:
    email = str(item.get("email") or "")
    return address_hash(email) if email else None


RECORDS = (
    Record(
        "profile",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported(
            "account.json",
            json=frozenset({"respellings"}),
            hidden=frozenset({"expires_at", "measure", "measured_at"}),
        ),
        Pseudonymise(
            "an empty account, so that its id is never given again and shows as closed",
            leaves=frozenset({"status", "kind", "created_at", "banned_at", "status_before_ban", "minor"}),
            replaced={"email": ""},
        ),
        ACCOUNTS_LIFE,
        sort=PROFILE,
        names=(Named("email_hash", _hash_of_address),),
    ),
    Record(
        "acceptance",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("acceptances.json", hidden=frozenset({"expires_at"})),
        Pseudonymise(
            "which agreements a contract was made under",
            leaves=frozenset({"agreement", "version", "accepted_at"}),
            replaced={"source_ip": ""},
        ),
        contracts(attribute("accepted_at"), from_end=True),
        sort=f"{ACCEPTANCE}{{agreement}}#{{version}}",
    ),
    Record(
        "particulars for invoices",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("billing.json"),
        Delete(),
        ACCOUNTS_LIFE,
        sort=BILLING,
    ),
    Record(
        "owner of an address",
        Store.ACCOUNTS,
        _EMAIL,
        Whose.ACCOUNT,
        _ADDRESS,
        Delete(),
        ACCOUNTS_LIFE,
        sort=OWNER,
        names=(Named("user_name", attribute("user_name")),),
        owner="account_id",
    ),
    Record(
        "sign-up",
        Store.ACCOUNTS,
        _EMAIL,
        Whose.ACCOUNT,
        _ADDRESS,
        Delete(),
        SHORT,
        sort=f"{SIGN_UP}{{account}}",
        names=(Named("user_name", attribute("user_name")),),
        owner="account_id",
    ),
    Record(
        "first sign-up of an address",
        Store.ACCOUNTS,
        _EMAIL,
        Whose.ACCOUNT,
        _ADDRESS,
        Delete(),
        SHORT,
        sort=FIRST,
        owner="account_id",
    ),
    Record(
        "session",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("sessions.json", hidden=frozenset({"expires_at"})),
        Delete(),
        SHORT,
        sort=f"{SESSION}{{session}}",
    ),
    Record(
        "code that was sent by mail",
        Store.ACCOUNTS,
        _EMAIL,
        Whose.ACCOUNT,
        NotExported("a hash of a secret"),
        Delete(),
        SHORT,
        sort=f"{CODE}{{purpose}}",
    ),
    Record(
        "consent",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("consents.json"),
        Delete(),
        ACCOUNTS_LIFE,
        sort=f"{LAST}{{consent}}",
    ),
    Record(
        "decision on a consent",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("consents-history.json"),
        Pseudonymise("shows what was consented to, when and until when", replaced={"source_ip": ""}),
        contracts(attribute("changed_at")),
        sort=f"{HISTORY}{{at}}#{{consent}}",
    ),
    Record(
        "embargo of an address",
        Store.ACCOUNTS,
        f"{EMBARGO}{{keyed_hash}}",
        Whose.ACCOUNT,
        NotExported("there is none while the account exists"),
        Keep("a keyed hash by which the address rests for ten days; it says nothing of whose it was"),
        SHORT,
        sort=ADDRESS,
        hold=Hold.UNAFFECTED,
    ),
    Record(
        "number of the receipt",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        NotExported("is drawn when the account ends; the notice of that has it"),
        Keep("leads from the account's id to the receipt of its erasure"),
        # As long as the erasure, which what is kept of the account is counted from.
        Retention("erasure", "as what proves the contract", SIX_YEARS + timedelta(days=31), attribute("drawn_at")),
        sort=RECEIPT,
        hold=Hold.UNAFFECTED,
    ),
    Record(
        "guardian's link",
        Store.ACCOUNTS,
        f"{GUARDIAN}{{token_hash}}",
        Whose.ACCOUNT,
        NotExported("a hash of a secret"),
        Keep("holds the account's id alone and is dropped by itself"),
        SHORT,
        sort=CONSENT,
        hold=Hold.UNAFFECTED,
    ),
    Record(
        "deadline",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("deadlines.json", hidden=frozenset({"timeline_key", "timeline_at", "digest"})),
        Delete(),
        ACCOUNTS_LIFE,
        sort=f"{DEADLINE}{{kind_and_reference}}",
    ),
    Record(
        "login of another provider",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("logins.json"),
        Delete(),
        ACCOUNTS_LIFE,
        sort=f"{LOGIN}{{login}}",
    ),
    Record(
        "account of a login",
        Store.ACCOUNTS,
        f"{LOGIN}{{login}}",
        Whose.ACCOUNT,
        NotExported("the same as the login on the account's side"),
        Delete(),
        ACCOUNTS_LIFE,
        sort=LINK,
        owner="account_id",
    ),
    Record(
        "visit to another provider",
        Store.ACCOUNTS,
        f"{ATTEMPT}#{{visit_hash}}",
        Whose.CLIENT,
        NotExported("of fifteen minutes, before there is an account"),
        Keep("is dropped by itself"),
        SHORT,
        sort=ATTEMPT,
        hold=Hold.UNAFFECTED,
    ),
    Record(
        "proof of a sign-in",
        Store.ACCOUNTS,
        f"{PROOF}#{{proof_hash}}",
        Whose.CLIENT,
        NotExported("a hash of a secret of two minutes"),
        Keep("is dropped by itself"),
        SHORT,
        sort=PROOF,
        hold=Hold.UNAFFECTED,
    ),
    Record(
        "user of the identity service",
        Store.IDENTITY,
        "{user_name}",
        Whose.ACCOUNT,
        NotExported("a random name and a password that nobody can read"),
        Delete(),
        ACCOUNTS_LIFE,
    ),
)
