"""Works the queue of files that arrived: keeps their recordings."""

from allmytracks.foundation.observability import count
from allmytracks.foundation.queues import QueueFunction
from allmytracks.storage.schemas_recordings import FileArrived
from allmytracks.wiring import services


def record(arrived: FileArrived) -> None:
    """Keeps the recording of each file; one that nobody announced, or that is another, is removed."""
    for account_id, recording_id in arrived.recordings():
        if services().storage.record_arrival(account_id, recording_id):
            count("RecordingsKept")


handle = QueueFunction(FileArrived, record)
