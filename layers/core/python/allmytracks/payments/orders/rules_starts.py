"""When an order's period begins, and which running periods it ends (M-II.5, M-V.1, U-II.III.1.4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum

from msgspec import Struct

from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.memberships.rules import Period
from allmytracks.memberships.rules_rights import ProjectKind


class Start(StrEnum):
    """When a period begins: after all running ones, or on payment, giving up running ones without refund (M-V.1)."""

    AFTER_RUNNING = "after_running"
    AT_ONCE = "at_once"


class GivenUp(Struct, frozen=True):
    """A period that would end with the order's payment; its fee is not refunded."""

    order_id: str
    plan: str
    ends_at: datetime


class StartOption(Struct, frozen=True):
    """One choice: when the period begins if the order is paid now, and the periods given up for it."""

    start: Start
    starts_at: datetime
    gives_up: tuple[GivenUp, ...] = ()


def start_options(
    left: Sequence[Period], audiences: Iterable[str], audience: str, now: datetime
) -> tuple[StartOption, ...]:
    """The choices of an order, the usual one first.

    `left` are the running and future periods, `audiences` whom they are for. Only a change from plans for individuals
    to one for an enterprise has two choices: an enterprise cannot use the remaining periods.
    """
    usual = StartOption(Start.AFTER_RUNNING, max([now, *(period.ends_at for period in left)]))
    if not left or audience != ProjectKind.ENTERPRISE or ProjectKind.ENTERPRISE in audiences:
        return (usual,)
    gives_up = tuple(GivenUp(period.order_id, period.plan, period.ends_at) for period in left)
    return usual, StartOption(Start.AT_ONCE, now, gives_up)


def chosen(options: Sequence[StartOption], start: Start, now: datetime) -> tuple[StartOption, StartOption | None]:
    """The requested choice, and the other one if there is one. Raises InvalidFields."""
    usual = options[0]
    if start is Start.AFTER_RUNNING or usual.starts_at == now:
        return usual, next(iter(options[1:]), None)
    if len(options) == 1:
        message = "Only a plan for individuals can be given up for one for an enterprise; leave start out."
        raise InvalidFields([FieldProblem("start", "not_offered", message)])
    return options[1], usual


def in_words(option: StartOption) -> str:
    """A choice in words for the buyer."""
    if option.gives_up:
        ends_at = max(each.ends_at for each in option.gives_up)
        return (
            f"This membership begins as it is paid. The one that you have until {_day(ends_at)} ends then, and its fee "
            "is not returned."
        )
    return (
        f"This membership begins as it is paid, or once what you have paid for ends: paid now, on "
        f"{_day(option.starts_at)}. What runs until then stays as it is."
    )


def storage_in_words(option: StartOption) -> str:
    """When cloud storage begins, in words for the buyer."""
    if option.start is Start.AT_ONCE:
        return "This package begins as it is paid; what is left of a trial is given up for it."
    starts = _day(option.starts_at)
    return f"This package begins as it is paid, or once what covers the device ends: paid now, on {starts}."


def _day(at: datetime) -> str:
    return f"{at.astimezone(UTC):%d %B %Y, %H:%M} UTC"
