"""Guardians' answers in the accounts table: `GUARDIANS#<instant>` beside the profile of the minor's account."""

from __future__ import annotations

from collections.abc import Sequence

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from allmytracks.accounts.dynamodb import ProfileItem, becoming
from allmytracks.accounts.dynamodb_addresses import OWNER, AddressItem, email_key
from allmytracks.accounts.dynamodb_deadlines import DeadlineItem, sort_key
from allmytracks.accounts.dynamodb_guardian_consents import CONSENT, GuardianItem, link_key
from allmytracks.accounts.rules import Account, AccountStatus
from allmytracks.accounts.rules_deadlines import DeadlineKind
from allmytracks.accounts.rules_guardians import GuardianAnswer, GuardianDecision
from allmytracks.accounts.rules_states import StateEvent, moved
from allmytracks.enforcement.dynamodb_standings import standing_for
from allmytracks.foundation.aws.entities import from_stored, to_stored
from allmytracks.foundation.aws.keys import PROFILE, account_key, account_of_key
from allmytracks.foundation.aws.models import Table, bind, connect, is_condition_failure
from allmytracks.foundation.instants import rfc3339
from allmytracks.memberships.dynamodb_allowance import AllowanceItem, allowance_key

ANSWER = "GUARDIANS#"
KEPT_BY_KEY, JSON_TEXTS = frozenset({"account_id"}), frozenset({"versions"})


class GuardianAnswerItem(Model):
    """One answer; `versions` is JSON."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    guardian_email = UnicodeAttribute()
    decision = UnicodeAttribute()
    at = UnicodeAttribute()
    source_ip = UnicodeAttribute()
    versions = UnicodeAttribute(null=True)


class DynamoGuardianAnswers:
    """Answers in DynamoDB."""

    def __init__(self, counters: Table, accounts: Table) -> None:
        self._items = bind(GuardianAnswerItem, accounts)
        self._links = bind(GuardianItem, accounts)
        self._profiles = bind(ProfileItem, accounts)
        self._addresses = bind(AddressItem, accounts)
        self._deadlines = bind(DeadlineItem, accounts)
        self._allowances = bind(AllowanceItem, counters)
        self._connection = connect(accounts)

    def give(self, token: str, account: Account, answer: GuardianAnswer, *, proved: bool) -> bool:
        """In one transaction, of links, answers, profiles, addresses and allowances."""
        to = moved(AccountStatus.AWAITING_GUARDIAN, event_of(answer.decision, proved=proved), AccountStatus.ACTIVE)
        key, profiles = account_key(account.id), self._profiles
        item = self._items(key, f"{ANSWER}{rfc3339(answer.at)}", **to_stored(answer, without=KEPT_BY_KEY))
        link = self._links(link_key(token), CONSENT)
        usable = self._links.pk.exists() & self._links.decision.does_not_exist()
        actions = becoming(profiles, to, answer.at)
        if answer.decision is GuardianDecision.REFUSED:
            actions.append(profiles.status_before_closing.set(AccountStatus.AWAITING_GUARDIAN.value))
        try:
            with TransactWrite(connection=self._connection) as transaction:
                if answer.decision is GuardianDecision.REFUSED:
                    transaction.update(
                        link, actions=[self._links.decision.set(answer.decision.value)], condition=usable
                    )
                else:
                    transaction.delete(link, condition=usable)
                    self._check_owner(transaction, account, proved=proved)
                transaction.save(item)
                transaction.update(
                    profiles(key, PROFILE),
                    actions=actions,
                    condition=profiles.status == AccountStatus.AWAITING_GUARDIAN.value,
                )
                transaction.update(
                    self._allowances(allowance_key(account.id)),
                    actions=[self._allowances.standing.set(standing_for(to))],
                )
                transaction.delete(self._deadlines(key, sort_key(DeadlineKind.GUARDIAN)))
        except TransactWriteError as error:
            if is_condition_failure(error):
                return False
            raise
        return True

    def all(self, account_id: str) -> Sequence[GuardianAnswer]:
        found = self._items.query(account_key(account_id), self._items.sk.startswith(ANSWER), consistent_read=True)
        return [_to_answer(item) for item in found]

    def _check_owner(self, transaction: TransactWrite, account: Account, *, proved: bool) -> None:
        owned = self._addresses.account_id == account.id
        other = self._addresses.pk.does_not_exist() | (self._addresses.account_id != account.id)
        condition = owned if proved else other
        transaction.condition_check(self._addresses, email_key(account.email), OWNER, condition=condition)


def event_of(decision: GuardianDecision, *, proved: bool) -> StateEvent:
    """What an answer does to the account."""
    if decision is GuardianDecision.REFUSED:
        return StateEvent.CLOSING_BEGINS
    return StateEvent.GUARDIAN_CONSENTED if proved else StateEvent.GUARDIAN_CONSENTED_BEFORE_PROOF


def _to_answer(item: GuardianAnswerItem) -> GuardianAnswer:
    account_id = account_of_key(item.pk)
    return from_stored(item.attribute_values, GuardianAnswer, json=JSON_TEXTS, account_id=account_id)
