"""The operators' REST API (IAM-authorised; template.yaml lists the same routes)."""

from chalice.app import Chalice

from allmytracks.entrypoints.ops.accounts import accounts
from allmytracks.entrypoints.ops.cases import cases
from allmytracks.entrypoints.ops.catalog import catalog
from allmytracks.entrypoints.ops.damages import damages
from allmytracks.entrypoints.ops.downloads import downloads
from allmytracks.entrypoints.ops.imports import imports
from allmytracks.entrypoints.ops.licenses import licenses
from allmytracks.entrypoints.ops.orders import orders
from allmytracks.entrypoints.ops.payments import payments
from allmytracks.entrypoints.ops.reconciliation import reconciliation

app = Chalice(app_name="ops_api", configure_logs=False)
for blueprint in (accounts, orders, payments, reconciliation, cases, downloads, licenses, damages, imports, catalog):
    app.register_blueprint(blueprint)

handle = app
