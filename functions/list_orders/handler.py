"""GET /v1/orders and GET /v1/orders/{id}: the caller's orders."""

from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.paging import PageQuery, page_of
from allmytracks.payments.orders.rules import OrderNotFound
from allmytracks.payments.schemas import OrderAnswer, OrdersAnswer, order_answer
from allmytracks.wiring import services

app = HttpFunction()


@app.route("GET", "/v1/orders", query=PageQuery, answers={200: OrdersAnswer}, refusals=(InvalidFields,))
def list_orders(request: Request) -> Answer:
    """The caller's orders, newest first."""
    now = services().foundation.clock.now()
    orders = services().payments.orders.repository.all(request.account_id)
    page = page_of(orders, lambda order: order.id, request.query(PageQuery))
    return Answer(200, OrdersAnswer([order_answer(order, now) for order in page.items], page.next_cursor))


@app.route("GET", "/v1/orders/{id}", answers={200: OrderAnswer}, refusals=(OrderNotFound,))
def get_order(request: Request) -> Answer:
    """One of the caller's orders."""
    order = services().payments.orders.repository.get(request.account_id, request.path_parameters["id"])
    return Answer(200, order_answer(order, services().foundation.clock.now()))


handle = app
