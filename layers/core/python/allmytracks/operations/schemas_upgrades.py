"""Request and response of the pass that upgrades stored items."""

from __future__ import annotations

import msgspec

from allmytracks.operations.rules_upgrades import Outcome, Step


class UpgradeForm(msgspec.Struct):
    """Where to go on: the next_cursor of the former step; without it the pass begins."""

    cursor: str | None = None
    dry_run: bool = False


class UpgradeStepAnswer(msgspec.Struct):
    """How many items were read, and how many of each kind were upgraded (or would be).

    `newer` have a form that this version does not know, `changed` were written by others at each attempt: both are
    left. Without next_cursor the pass is at its end.
    """

    read: int
    upgraded: dict[str, int]
    newer: dict[str, int]
    changed: dict[str, int]
    next_cursor: str | None


def upgrade_step_answer(step: Step) -> UpgradeStepAnswer:
    """A step as its operator sees it."""
    of = step.counts
    return UpgradeStepAnswer(step.read, of[Outcome.UPGRADED], of[Outcome.NEWER], of[Outcome.CHANGED], step.next_cursor)
