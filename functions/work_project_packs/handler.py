"""Works the queue of project packs: makes what members asked for."""

import msgspec

from allmytracks.foundation.queues import QueueFunction
from allmytracks.wiring import services


class Detail(msgspec.Struct):
    """Which pack, and whose."""

    account_id: str
    pack_id: str


class ProjectPackRequested(msgspec.Struct):
    """The domain event as EventBridge delivers it."""

    detail: Detail


def make(event: ProjectPackRequested) -> None:
    """Makes the pack, unless it is made already."""
    services().licenses.packs.make(event.detail.account_id, event.detail.pack_id)


handle = QueueFunction(ProjectPackRequested, make)
