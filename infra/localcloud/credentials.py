"""The access keys of the local cloud: a function's key id is its own name, so that the AWS front knows who calls.

They open nothing but the local cloud, which listens on loopback only.
"""

from __future__ import annotations

SECRET = "local-cloud"  # noqa: S105 (no secret: it opens the local cloud alone)
"""The secret access key that belongs to every key id; the front checks presigned links with it."""

REGION = "ap-southeast-1"
"""The region that the local cloud plays: one that has all services, SES among them."""

OPERATOR = "local-operator"
"""The key id of people and their command line: it may do everything, its calls are not recorded."""

MACHINERY = "local-cloud"
"""The key id of the local cloud's own parts (provisioner, pollers, seeding): treated as the operator is."""

UNRESTRICTED = frozenset({OPERATOR, MACHINERY})

ACCOUNT_ID = "123456789012"
"""The AWS account that everything local belongs to (moto's own)."""
