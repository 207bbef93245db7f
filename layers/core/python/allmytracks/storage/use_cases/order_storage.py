"""Quoting a package of cloud storage for a device (S-0.accept, S-7.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from allmytracks.accounts.ports import Accounts, Restrictions
from allmytracks.accounts.ports_billing import BillingParticulars
from allmytracks.accounts.published_agreements import published_agreements
from allmytracks.accounts.rules import Account
from allmytracks.accounts.rules_agreements import Accepted, require_current
from allmytracks.accounts.rules_states import Act, require_may
from allmytracks.foundation.errors import FieldProblem, IdempotencyKeyReused, InvalidFields
from allmytracks.foundation.time_and_ids import Clock, Ids
from allmytracks.payments.orders.published import announced_end
from allmytracks.payments.orders.rules import QUOTE_LIFETIME, Benefits, Order
from allmytracks.payments.orders.rules_end_of_service import require_no_longer
from allmytracks.payments.orders.rules_starts import Start, StartOption
from allmytracks.payments.orders.rules_storage import CLOUD_AGREEMENTS, TERMS, DevicePackage, Mode
from allmytracks.payments.orders.use_cases.create_order import Quoted
from allmytracks.payments.orders.use_cases.keyed_orders import KeyedOrders
from allmytracks.payments.orders.use_cases.tax_price import TaxPrice
from allmytracks.payments.ports import Orders
from allmytracks.payments.rules_charges import is_charged
from allmytracks.publishing.ports import Publications
from allmytracks.storage.ports import Devices
from allmytracks.storage.published import published_packages
from allmytracks.storage.rules_cover import Facts, PaidInFull
from allmytracks.storage.rules_packages import Package, PackageList, in_force
from allmytracks.storage.rules_subscriptions import require_orderable, starts_at
from allmytracks.storage.use_cases.read_cover import ReadCover


class StorageRequest(Struct, frozen=True):
    """A buyer's request; without a currency the package's first price of the mode is quoted.

    `start`: `at_once` gives up the rest of a running trial; else the package starts when it ends.
    """

    account_id: str
    device_id: str
    package: str
    mode: Mode
    accept: Sequence[Accepted]
    source_ip: str
    currency: str | None = None
    idempotency_key: str | None = None
    start: Start = Start.AFTER_RUNNING


@dataclass(frozen=True)
class OrderStorage:
    """Quotes the current price with its tax, and stores it with the package as published (U-III.I.2).

    Publications must not be cached. Raises InvalidFields, IdempotencyKeyReused, DeviceNotFound, DeviceRenews,
    ServiceEnds, Unavailable, and what require_may raises.
    """

    devices: Devices
    cover: ReadCover
    orders: Orders
    accounts: Accounts
    restrictions: Restrictions
    billing: BillingParticulars
    publications: Publications
    clock: Clock
    ids: Ids

    def __call__(self, request: StorageRequest) -> Quoted:
        keyed = KeyedOrders(self.orders, self.ids)
        earlier = keyed.earlier(request.account_id, request.idempotency_key)
        if earlier is not None:
            return Quoted(_same_request(earlier, request), repeated=True)
        now = self.clock.now()
        account = self.accounts.get(request.account_id)
        require_may(account, Act.ORDER, self.restrictions.restriction(account.id), now)
        self.devices.get(account.id, request.device_id)
        sold, package = self._offer(request, now)
        evidence = require_current(
            request.accept, published_agreements(self.publications), CLOUD_AGREEMENTS, now, request.source_ip
        )
        facts = self.cover.of(account.id, request.device_id)
        require_orderable(facts, request.mode, now)
        starts = _start(facts, request, package, now)
        require_no_longer(announced_end(self.publications), starts.starts_at, TERMS[request.mode])
        order = self._order(request, account, sold, package, starts, now)
        self.accounts.record_acceptances(account.id, evidence)
        stored = self.orders.add(order)
        return Quoted(_same_request(stored, request), repeated=stored is not order)

    def _offer(self, request: StorageRequest, now: datetime) -> tuple[PackageList, Package]:
        sold = in_force(published_packages(self.publications), now)
        if sold is None:
            raise InvalidFields([FieldProblem("package", "unknown", "No packages are sold yet.")])
        sold = sold.offered(is_charged)
        return sold, sold.package(request.package)

    def _order(
        self,
        request: StorageRequest,
        account: Account,
        sold: PackageList,
        package: Package,
        start: StartOption,
        now: datetime,
    ) -> Order:
        price, tax_price = package.price(request.mode, request.currency), TaxPrice(self.billing, self.publications)
        amount, tax = tax_price(price.amount, price.currency, account, now)
        monthly = package.monthly(price.currency) if request.mode is Mode.YEAR else price.amount
        bought = DevicePackage(
            device_id=request.device_id,
            mode=request.mode,
            retention_days=package.retention_days,
            monthly_amount=tax_price(monthly, price.currency, account, now)[0],
            grace_days=sold.grace_days,
            at_once=request.start is Start.AT_ONCE,
        )
        return Order(
            id=KeyedOrders(self.orders, self.ids).id_for(account.id, request.idempotency_key),
            account_id=account.id,
            benefits=_nothing_of_a_membership(package, sold.version, request.mode),
            amount=amount,
            currency=price.currency,
            quoted_at=now,
            expires_at=now + QUOTE_LIFETIME,
            tax=tax,
            start=start,
            storage=bought,
        )


def _nothing_of_a_membership(package: Package, version: str, mode: Mode) -> Benefits:
    """The benefits of a membership are none; plan and term name the package."""
    return Benefits(package.id, f"{package.id}@{version}", TERMS[mode], 0, "", {}, package.title)


def _start(facts: Facts, request: StorageRequest, package: Package, now: datetime) -> StartOption:
    at_once = request.start is Start.AT_ONCE
    if request.mode is Mode.MONTHLY:
        return StartOption(request.start, now)
    paid = PaidInFull("quoted", request.mode, now, package.retention_days, at_once)
    return StartOption(request.start, starts_at(facts, paid, now))


def _same_request(order: Order, request: StorageRequest) -> Order:
    bought = order.storage
    asked = (request.device_id, request.mode, request.start is Start.AT_ONCE)
    same = bought is not None and asked == (bought.device_id, bought.mode, bought.at_once)
    if not same or (request.package, request.currency or order.currency) != (order.benefits.plan, order.currency):
        raise IdempotencyKeyReused("This Idempotency-Key made another order. Send a new key for a new order.")
    return order
