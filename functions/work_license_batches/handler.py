"""Works the queue of license batches: one pass over a batch each."""

from allmytracks.foundation.queues import QueueFunction
from allmytracks.licenses.batches.rules import BatchName
from allmytracks.wiring import services


def work(batch: BatchName) -> None:
    """Downloads and licenses the batch's next tracks."""
    services().licenses.batches.work(batch.account_id, batch.batch_id)


def give_up(batch: BatchName) -> None:
    """Ends a batch that failed too often."""
    services().licenses.batches.work.give_up(batch.account_id, batch.batch_id)


handle = QueueFunction(BatchName, work, tries=3, give_up=give_up)
