"""Downloads whose payment was returned (M-II.3, M-II.8)."""

from __future__ import annotations

from allmytracks.downloads.rules import DownloadNotPaid
from allmytracks.payments.orders.rules import Order


def require_kept_payment(order: Order) -> None:
    """Checks that a download's payment was kept: once returned, there is no new link and no new licence for it.

    What was licensed before stays valid until an operator revokes it. Raises DownloadNotPaid.
    """
    settled = order.settlement
    if settled is None or settled.returned_at is not None or settled.declined_at is not None:
        raise DownloadNotPaid("The payment for this download was returned.", order_id=order.id)
