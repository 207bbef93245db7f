"""Works the queue of activated memberships: makes the music licence agreement of each Business order."""

import msgspec

from allmytracks.bootstrap import services
from allmytracks.entrypoints.queues import QueueFunction


class Detail(msgspec.Struct):
    """Which order, and whose."""

    account_id: str
    order_id: str


class MembershipActivated(msgspec.Struct):
    """The domain event as EventBridge delivers it."""

    detail: Detail


def make(event: MembershipActivated) -> None:
    """Makes the agreement, unless it is made already or the plan has none."""
    services().issue_music_agreement(event.detail.account_id, event.detail.order_id)


handle = QueueFunction(MembershipActivated, make)
