"""Works the payments queue: folds each fact into what its account owns."""

import msgspec

from allmytracks.bootstrap import services
from allmytracks.entrypoints.queues import QueueFunction


class QueuedFact(msgspec.Struct):
    """Which fact of the inbox to fold."""

    provider: str
    event_id: str


def fold(message: QueuedFact) -> None:
    """Folds one fact."""
    services().fold_payments(message.provider, message.event_id)


handle = QueueFunction(QueuedFact, fold, fifo=True)
