"""Filters of an account's history of downloads."""

from __future__ import annotations

from msgspec import Struct

from allmytracks.downloads.rules import Download


class Wanted(Struct, frozen=True):
    """Filters: one project (by name, ignoring case), with or without a licence; None filters nothing."""

    project: str | None = None
    licensed: bool | None = None

    @property
    def everything(self) -> bool:
        return self.project is None and self.licensed is None

    def includes(self, download: Download) -> bool:
        return self._of_project(download) and self.licensed in {None, download.license_number is not None}

    def _of_project(self, download: Download) -> bool:
        if self.project is None:
            return True
        project = download.use.project
        return project is not None and project.name.casefold() == self.project.strip().casefold()
