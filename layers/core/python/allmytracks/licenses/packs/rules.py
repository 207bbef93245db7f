"""Project packs: everything about the licences of one project in one file, made on request."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from allmytracks.foundation.errors import NotFound

LIFETIME = timedelta(days=7)
# So many letters use a fraction of the worker's disk and time; a larger project is refused.
MOST_LETTERS = 10_000
TOO_MANY = "too_many_licenses"
NO_LICENSES = "no_licenses"


class PackStatus(StrEnum):
    """The status of a pack."""

    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


class ProjectNotFound(NotFound):
    """The caller has no licence for a project of this name."""

    code = "project_not_found"


class PackNotFound(NotFound):
    """The caller has no such pack, or it expired."""

    code = "project_pack_not_found"


class PackFile(Struct, frozen=True):
    """The file of a pack: when it was made, how many letters it holds, its size in bytes."""

    made_at: datetime
    letters: int
    size: int


class ProjectPack(Struct, frozen=True):
    """A requested pack; `problem` is the code of why it failed."""

    id: str
    account_id: str
    project: str
    requested_at: datetime
    file: PackFile | None = None
    problem: str | None = None

    @property
    def key(self) -> str:
        """The key of its file."""
        return f"packs/{self.account_id}/{self.id}.zip"

    @property
    def expires_at(self) -> datetime | None:
        """When its file expires."""
        return self.file.made_at + LIFETIME if self.file else None

    def status_at(self, now: datetime) -> PackStatus:
        if self.problem is not None:
            return PackStatus.FAILED
        if self.file is None:
            return PackStatus.PENDING
        return PackStatus.READY if now < self.file.made_at + LIFETIME else PackStatus.EXPIRED


def pack_id_for(account_id: str, idempotency_key: str) -> str:
    """Deterministic: the same key of an account always gives the same pack."""
    return f"pack_{hashlib.sha256(f'{account_id} {idempotency_key}'.encode()).hexdigest()[:26]}"
