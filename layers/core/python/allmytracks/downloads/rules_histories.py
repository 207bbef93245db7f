"""Filters of an account's history of downloads."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.downloads.rules import Download


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which downloads: those of one project (by its name, whatever the case of its letters), those with or without a
    licence; None asks for all.
    """

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
