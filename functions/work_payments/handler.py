"""Works the payments queue: folds each fact into its account's orders, and carries out cancellations."""

from allmytracks.foundation.queues import QueueFunction
from allmytracks.payments.rules import FactName
from allmytracks.wiring import services


def fold(message: FactName) -> None:
    """Folds one fact."""
    services().payments.ledger.work(message.provider, message.event_id)


handle = QueueFunction(FactName, fold, fifo=True)
