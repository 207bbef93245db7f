"""Guardians' answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from allmytracks.accounts.rules import Account
from allmytracks.accounts.rules_guardians import GuardianAnswer


class GuardianAnswers(Protocol):
    """The evidence of guardians' answers, each kept in one write with what it does to the account."""

    def give(self, token: str, account: Account, answer: GuardianAnswer, *, proved: bool) -> bool:
        """Redeems the link, stores the answer and moves the account, all or nothing.

        Consent makes the account active, or `unverified` where its address is not proved yet; a refusal makes it
        `closing`, and its link then only repeats the refusal. False where the link was used, the account does not wait
        for a guardian any more, or `proved` is not true any more: read again.
        """
        ...

    def all(self, account_id: str) -> Sequence[GuardianAnswer]:
        """Every answer for an account, oldest first."""
        ...
