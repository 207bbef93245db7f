"""The operators' REST API (IAM-authorised; template.yaml lists the same routes)."""

from allmytracks.operator_routes.api import OperatorsApi

app = OperatorsApi()
handle = app
