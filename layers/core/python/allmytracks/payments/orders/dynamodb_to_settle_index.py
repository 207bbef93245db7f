"""The index of orders with money to refund."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

if TYPE_CHECKING:
    from allmytracks.payments.orders.dynamodb import OrderItem  # noqa: F401 - in a text


class ToSettleIndex(GlobalSecondaryIndex["OrderItem"]):
    """The index `timeline`: orders with money to refund, by when they were placed."""

    class Meta:
        """Which index it is."""

        index_name = "timeline"
        projection = AllProjection()

    timeline_key = UnicodeAttribute(hash_key=True)
    timeline_at = UnicodeAttribute(range_key=True)
