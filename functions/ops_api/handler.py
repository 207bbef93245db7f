"""The operators' REST API (IAM-authorised; template.yaml lists the same routes)."""

from allmytracks.entrypoints.ops.accounts import accounts
from allmytracks.entrypoints.ops.catalog import catalog
from allmytracks.entrypoints.ops.imports import imports
from allmytracks.entrypoints.ops.requests import answer_refusals
from chalice.app import Chalice

app = Chalice(app_name="ops_api", configure_logs=False)
for blueprint in (accounts, imports, catalog):
    app.register_blueprint(blueprint)
app.register_middleware(answer_refusals, "http")

handle = app
