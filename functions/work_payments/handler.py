"""Works the payments queue: folds each fact into what its account owns."""

from allmytracks.bootstrap import services
from allmytracks.domain.payments import FactName
from allmytracks.entrypoints.queues import QueueFunction


def fold(message: FactName) -> None:
    """Folds one fact."""
    services().fold_payments(message.provider, message.event_id)


handle = QueueFunction(FactName, fold, fifo=True)
