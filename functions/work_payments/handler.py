"""Works the payments queue: folds each fact into what its account owns."""

from allmytracks.bootstrap import services
from allmytracks.entrypoints.queues import QueueFunction
from allmytracks.ports.payments import QueuedFact


def fold(message: QueuedFact) -> None:
    """Folds one fact."""
    services().fold_payments(message.provider, message.event_id)


handle = QueueFunction(QueuedFact, fold, fifo=True)
