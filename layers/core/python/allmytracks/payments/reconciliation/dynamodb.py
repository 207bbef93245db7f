"""The checkpoints of reconciliation, in the accounts table."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError
from pynamodb.models import Model

from allmytracks.foundation.aws.models import Table, bind, is_condition_failure
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.payments.reconciliation.ports import (
    Checkpoint,
    Listing,
    Position,
    Run,
    Span,
)

CHECKPOINT = "CHECKPOINT"


class CheckpointItem(Model):
    """One provider's checkpoint; the `run_…` attributes exist while a comparison is in progress."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = NumberAttribute()
    until = UnicodeAttribute(null=True)
    run_since = UnicodeAttribute(null=True)
    run_until = UnicodeAttribute(null=True)
    run_listing = UnicodeAttribute(null=True)
    run_after = UnicodeAttribute(null=True)


def checkpoint_key(provider: str) -> str:
    """The partition of a provider's checkpoint."""
    return f"RECONCILIATION#{provider}"


class DynamoCheckpoints:
    """Checkpoints in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(CheckpointItem, table)

    def get(self, provider: str) -> Checkpoint:
        try:
            item = self._items.get(checkpoint_key(provider), CHECKPOINT, consistent_read=True)
        except DoesNotExist:
            return Checkpoint()
        return Checkpoint(int(item.version), parse_rfc3339(item.until) if item.until else None, _run(item))

    def move(self, provider: str, checkpoint: Checkpoint) -> bool:
        item = self._items(checkpoint_key(provider), CHECKPOINT, version=checkpoint.version)
        item.until = rfc3339(checkpoint.until) if checkpoint.until else None
        if checkpoint.run is not None:
            span, position = checkpoint.run.span, checkpoint.run.position
            item.run_since, item.run_until = rfc3339(span.since), rfc3339(span.until)
            item.run_listing, item.run_after = position.listing, position.after
        before = checkpoint.version - 1
        unchanged = self._items.version == before if before else self._items.pk.does_not_exist()
        try:
            item.save(condition=unchanged)
        except PutError as error:
            if not is_condition_failure(error):
                raise
        else:
            return True
        return self.get(provider) == checkpoint  # equal where only the response was lost


def _run(item: CheckpointItem) -> Run | None:
    if item.run_since is None or item.run_until is None:
        return None
    span = Span(parse_rfc3339(item.run_since), parse_rfc3339(item.run_until))
    return Run(span, Position(Listing(item.run_listing), item.run_after))
