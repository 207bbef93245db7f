"""Accounts and agreements for tests."""

from __future__ import annotations

from datetime import datetime

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules import Account, AccountKind, AccountStatus
from allmytracks.foundation.aws.keys import PROFILE, account_key
from allmytracks.publishing.ports import Publication
from tests.factories.instants import NOW, PUBLISHED_AT
from tests.fakes.accounts import MemoryAccounts


def agreement_publication(
    agreement: str, version: str = "2026-11-01", effective_at: datetime = PUBLISHED_AT
) -> Publication:
    """One version of one agreement."""
    body = {"id": agreement, "title": agreement.replace("-", " ").title(), "text": f"The text of {agreement}."}
    return Publication("agreements", f"{agreement}@{version}", effective_at, body)


def consent_publication(
    consent: str = "marketing_mail", version: str = "2026-11-01", effective_at: datetime = PUBLISHED_AT
) -> Publication:
    """One version of the purpose of one consent."""
    purpose = f"What {consent} is for, version {version}."
    body = {"id": consent, "purpose": purpose, "translations": {"zh-Hant": "推薦"}}
    return Publication("consents", f"{consent}@{version}", effective_at, body)


def processors_publication(version: str = "2026-11-01", effective_at: datetime = PUBLISHED_AT) -> Publication:
    """One version of the list of processors."""
    words = {"purpose": "hosting", "data": "all", "place": "Hong Kong"}
    translations = {"zh-Hant": {"purpose": "託管", "data": "全部", "place": "香港"}}
    listed = {"name": "Host", **words, "since": "2026-11-01", "translations": translations}
    return Publication("processors", version, effective_at, {"processors": [listed]})


def account(account_id: str = "acc-1", status: AccountStatus = AccountStatus.ACTIVE) -> Account:
    """An individual's account."""
    return Account(
        id=account_id,
        email=f"{account_id}@example.org",
        status=status,
        kind=AccountKind.INDIVIDUAL,
        display_name=None,
        country="HK",
        minor=False,
        created_at=NOW,
    )


def becomes(accounts: Accounts, account_id: str, status: AccountStatus) -> None:
    """Gives an account a status in either store, as no use case does."""
    if isinstance(accounts, MemoryAccounts):
        accounts.becomes(account_id, status)
        return
    assert isinstance(accounts, DynamoAccounts)
    items = accounts._profiles
    items(account_key(account_id), PROFILE).update(actions=[items.status.set(status.value)])
