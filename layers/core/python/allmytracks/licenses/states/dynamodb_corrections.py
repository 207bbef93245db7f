"""Proposed corrections of letters, in their account's partition: they hold full names."""

from __future__ import annotations

import msgspec
from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError
from pynamodb.models import Model

from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind, is_condition_failure
from allmytracks.licenses.states.rules import AlreadySuperseded
from allmytracks.licenses.states.rules_corrections import CorrectionNotProposed, Proposal

NOT_PROPOSED = "No such correction waits for this letter."
APPROVED = "The correction of this letter was approved; let that one be made."


class CorrectionItem(Model):
    """A proposal (JSON); its id, and whether it was approved, beside it."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    proposal_id = UnicodeAttribute()
    proposal = UnicodeAttribute()
    approved_by = UnicodeAttribute(null=True)


class DynamoCorrections:
    """Proposals in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(CorrectionItem, table)

    def propose(self, proposal: Proposal) -> None:
        item, model = self._item(proposal), self._items
        try:
            item.save(condition=model.approved_by.does_not_exist())
        except PutError as error:
            if not is_condition_failure(error):
                raise
            if self.get(proposal.account_id, proposal.number).id != proposal.id:
                raise AlreadySuperseded(APPROVED) from None

    def get(self, account_id: str, number: str) -> Proposal:
        try:
            item = self._items.get(account_key(account_id), correction_sk(number), consistent_read=True)
        except DoesNotExist:
            raise CorrectionNotProposed(NOT_PROPOSED) from None
        return msgspec.json.decode(item.proposal, type=Proposal)

    def approve(self, proposal: Proposal) -> Proposal:
        item, model = self._item(proposal), self._items
        try:
            item.save(condition=(model.proposal_id == proposal.id) & model.approved_by.does_not_exist())
        except PutError as error:
            if not is_condition_failure(error):
                raise
            held = self.get(proposal.account_id, proposal.number)
            if held.id != proposal.id:
                raise CorrectionNotProposed(NOT_PROPOSED) from None
            return held
        return proposal

    def _item(self, proposal: Proposal) -> CorrectionItem:
        return self._items(
            account_key(proposal.account_id),
            correction_sk(proposal.number),
            proposal_id=proposal.id,
            proposal=msgspec.json.encode(proposal).decode(),
            approved_by=proposal.approved_by,
        )


def correction_sk(number: str) -> str:
    """The sort key of a letter's proposal in its account's partition."""
    return f"CORRECTION#{number}"
