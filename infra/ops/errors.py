"""What the command line ends with, and refusals of the APIs."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any


class Exit(IntEnum):
    """The exit codes of every command (docs/command-line.md)."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    REFUSED = 3
    DOES_NOT_HOLD = 4


EXIT_MEANINGS = {
    Exit.DONE: "Done.",
    Exit.FAILED: "Failed: the service does not answer or has a fault, or the question was answered with no.",
    Exit.USAGE: "The command was not understood: see its `--help`.",
    Exit.REFUSED: "Refused: what was named does not exist, or the service refuses what was asked, or it waits for "
    "a second operator.",
    Exit.DOES_NOT_HOLD: "What was checked does not hold: a letter, a proof or the register.",
}


# The act is not done: a second operator has to approve it first.
WAITS = "second_operator_required"


class OpsError(Exception):
    """An API cannot be asked, or refused; the message is for people, `code` and `extra` for programs.

    `status` is the HTTP status; 0 where there was no answer.
    """

    def __init__(
        self, message: str, *, code: str = "unreachable", status: int = 0, extra: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.extra = extra or {}

    @property
    def exit_code(self) -> Exit:
        """What the command ends with."""
        if self.code == "bad_address":
            return Exit.USAGE
        if self.code == WAITS:
            return Exit.REFUSED
        return Exit.REFUSED if 400 <= self.status < 500 and self.status != 429 else Exit.FAILED
