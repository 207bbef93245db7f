"""An account's downloads by project."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from allmytracks.downloads.rules import Download, Project
from allmytracks.foundation.instants import rfc3339


class ProjectSummary(Struct, frozen=True):
    """A project with how many downloads it has, and how many of them have a licence; `newest` is a download's id."""

    project: Project
    downloads: int
    licensed: int
    first_granted_at: datetime
    last_granted_at: datetime
    newest: str

    @property
    def place(self) -> str:
        """Where it is in the list; later projects sort after earlier ones."""
        return f"{rfc3339(self.last_granted_at)}#{self.newest}"


def summarised(downloads: Iterable[Download]) -> list[ProjectSummary]:
    """The projects of a history that is newest first, in its order.

    Names that differ by case alone are one project, written as in its newest download.
    """
    found: dict[str, ProjectSummary] = {}
    for each in downloads:
        if each.use.project is None:
            continue
        name = each.use.project.name.casefold()
        licensed = int(each.license_number is not None)
        known = found.get(name)
        if known is None:
            found[name] = ProjectSummary(each.use.project, 1, licensed, each.granted_at, each.granted_at, each.id)
        else:
            counts = {"downloads": known.downloads + 1, "licensed": known.licensed + licensed}
            found[name] = replace(known, **counts, first_granted_at=each.granted_at)
    return list(found.values())
