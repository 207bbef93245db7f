"""Works the payments queue: folds each fact into what its account owns."""

from allmytracks.bootstrap import services
from allmytracks.foundation.queues import QueueFunction
from allmytracks.payments.rules import FactName


def fold(message: FactName) -> None:
    """Folds one fact."""
    services().fold_payments(message.provider, message.event_id)


handle = QueueFunction(FactName, fold, fifo=True)
