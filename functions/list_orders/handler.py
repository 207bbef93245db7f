"""GET /v1/orders and GET /v1/orders/{id}: the caller's orders."""

from allmytracks.bootstrap import services
from allmytracks.domain.orders import OrderNotFound
from allmytracks.entrypoints.answers import Answer
from allmytracks.entrypoints.http import HttpFunction
from allmytracks.entrypoints.requests import Request
from allmytracks.entrypoints.schemas.payments import OrderAnswer, OrdersAnswer, order_answer

app = HttpFunction()


@app.route("GET", "/v1/orders", answers={200: OrdersAnswer})
def list_orders(request: Request) -> Answer:
    """The caller's orders, newest first."""
    now = services().clock.now()
    orders = services().list_orders(request.account_id)
    return Answer(200, OrdersAnswer([order_answer(order, now) for order in orders]))


@app.route("GET", "/v1/orders/{id}", answers={200: OrderAnswer}, refusals=(OrderNotFound,))
def get_order(request: Request) -> Answer:
    """One of the caller's orders."""
    order = services().get_order(request.account_id, request.path_parameters["id"])
    return Answer(200, order_answer(order, services().clock.now()))


handle = app
