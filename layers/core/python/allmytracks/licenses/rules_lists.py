"""Filters of an account's licences."""

from __future__ import annotations

from msgspec import Struct

from allmytracks.licenses.rules import Letter
from allmytracks.licenses.states.rules import LicenseStatus


class WantedLicenses(Struct, frozen=True):
    """One project (by name, ignoring case), one status; None filters nothing."""

    project: str | None = None
    status: LicenseStatus | None = None

    @property
    def everything(self) -> bool:
        return self.project is None and self.status is None

    def includes(self, letter: Letter) -> bool:
        if self.status is not None and letter.state.status is not self.status:
            return False
        return self.project is None or is_of_project(letter, self.project)


def is_of_project(letter: Letter, project: str) -> bool:
    """Whether a licence is for the project of this name, compared ignoring case and whitespace."""
    return _folded(letter.license.project.name) == _folded(project)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
