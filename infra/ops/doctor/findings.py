"""What a check found, and what to do about it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class State(StrEnum):
    """`unknown`: it could not be looked at, for want of a right for example."""

    OK = "ok"
    MISSING = "missing"
    UNKNOWN = "unknown"
    DOES_NOT_APPLY = "does not apply"


class Finding(Struct, frozen=True):
    """`found` says what is, `mend` what an operator does about it; empty where nothing is to be done."""

    state: State
    found: str
    mend: str = ""


def ok(found: str) -> Finding:
    """It is as it should be."""
    return Finding(State.OK, found)


def missing(found: str, mend: str) -> Finding:
    """It is not, and this mends it."""
    return Finding(State.MISSING, found, mend)


def does_not_apply(why: str) -> Finding:
    """There is nothing to check in this deployment."""
    return Finding(State.DOES_NOT_APPLY, why)
