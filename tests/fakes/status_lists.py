"""In-memory fakes: status lists."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.licenses.states.rules_status_lists import NoStatusList
from allmytracks.licenses.states.s3 import NONE_YET


@dataclass
class MemoryStatusLists:
    """The list in memory."""

    stored: str | None = None

    def put(self, jws: str) -> None:
        self.stored = jws

    def get(self) -> str:
        if self.stored is None:
            raise NoStatusList(NONE_YET)
        return self.stored
