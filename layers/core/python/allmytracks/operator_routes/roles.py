"""Operators' roles: each is one IAM policy of template.yaml, and a person or job gets those that its work needs."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a route asks of its caller."""

    READ = "read"
    """Looks at what is on record, and changes nothing."""
    SUPPORT = "support"
    """Decides on members' matters: measures, cases, downloads, letters."""
    FINANCE = "finance"
    """Decides on orders, payments and claims."""
    ADMIN = "admin"
    """Everything: publications, the catalogue, and all that the other roles may do."""
