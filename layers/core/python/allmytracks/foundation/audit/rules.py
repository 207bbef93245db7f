"""Operators, and the record of what they did (P-security)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Operator:
    """Who calls the operators' API: the AWS identity that signed the request."""

    arn: str
    source_ip: str


@dataclass(frozen=True, slots=True)
class Act:
    """One act of an operator: what, on which account, order, track… (`subject`), by whom, from where, when.

    `reason` is the code that an act against or for a member has (U-III.III.3).

    Holds ids only, never what was shown or found.
    """

    id: str
    name: str
    subject: str
    operator: Operator
    at: datetime
    reason: str | None = None
