"""Operators, and the audit records of their acts (P-security)."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Operator(Struct, frozen=True):
    """Who calls the operators' API: the AWS identity that signed the request."""

    arn: str
    source_ip: str


class Act(Struct, frozen=True):
    """One act of an operator: what, on which account, order, track… (`subject`), by whom, from where, when.

    `reason` is the reason code of an act on a member (U-III.III.3).

    Holds ids only, never the data that was shown.
    """

    id: str
    name: str
    subject: str
    operator: Operator
    at: datetime
    reason: str | None = None


class Acts(Struct, frozen=True):
    """Which acts: on a subject, by operators whose identity (ARN) has this in it, of this name; None means any."""

    subject: str | None = None
    operator: str | None = None
    name: str | None = None
