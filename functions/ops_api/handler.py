"""The operators' REST API (IAM-authorised; template.yaml lists the same routes)."""

from collections.abc import Callable

from chalice.app import Chalice, Response

from allmytracks.foundation.http.answers import EVERYWHERE
from allmytracks.operator_routes.accounts import accounts
from allmytracks.operator_routes.announcements import announcements
from allmytracks.operator_routes.approvals import approvals
from allmytracks.operator_routes.audit import audit
from allmytracks.operator_routes.cases import cases
from allmytracks.operator_routes.catalog import catalog
from allmytracks.operator_routes.closings import closings
from allmytracks.operator_routes.damages import damages
from allmytracks.operator_routes.disclosures import disclosures
from allmytracks.operator_routes.downloads import downloads
from allmytracks.operator_routes.imports import imports
from allmytracks.operator_routes.licenses import licenses
from allmytracks.operator_routes.mail import mail
from allmytracks.operator_routes.mailings import mailings
from allmytracks.operator_routes.orders import orders
from allmytracks.operator_routes.payments import payments
from allmytracks.operator_routes.privacy import privacy
from allmytracks.operator_routes.reconciliation import reconciliation
from allmytracks.operator_routes.tickets import tickets

app = Chalice(app_name="ops_api", configure_logs=False)
for blueprint in (
    accounts,
    closings,
    orders,
    payments,
    reconciliation,
    cases,
    downloads,
    licenses,
    damages,
    disclosures,
    imports,
    catalog,
    announcements,
    approvals,
    audit,
    mail,
    mailings,
    tickets,
    privacy,
):
    app.register_blueprint(blueprint)


@app.middleware("http")
def with_headers_of_every_answer(event: object, get_response: Callable[[object], Response]) -> Response:
    """Adds the common headers to all responses, including Chalice's own errors."""
    response = get_response(event)
    response.headers = {**EVERYWHERE, **response.headers}
    return response


handle = app
