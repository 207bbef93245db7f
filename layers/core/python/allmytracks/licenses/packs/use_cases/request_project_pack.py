"""A member requests a project's pack, and reads its status; also after the membership ended."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules_states import Act, require_status
from allmytracks.documents.rules_file_names import safe_file_name
from allmytracks.documents.rules_text import required_line
from allmytracks.downloads.rules import LONGEST_PROJECT
from allmytracks.foundation.errors import IdempotencyKeyReused
from allmytracks.foundation.links import Link, LinkSigner
from allmytracks.foundation.messages import Events
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.licenses.packs.ports import ProjectPacks
from allmytracks.licenses.packs.rules import PackStatus, ProjectNotFound, ProjectPack, pack_id_for
from allmytracks.licenses.ports import Licenses
from allmytracks.licenses.rules_lists import is_of_project
from allmytracks.licenses.use_cases.list_licenses import MOST_READ, READ_AT_ONCE
from allmytracks.payments.events import ProjectPackRequested


class Requested(Struct, frozen=True):
    """The pack, a link to its file where that is ready, and whether this key requested it before."""

    pack: ProjectPack
    status: PackStatus
    link: Link | None
    repeated: bool = False


@dataclass(frozen=True)
class RequestProjectPack:
    """Everything here is the caller's own. Raises Unavailable.

    For a member with more licences than one request can read, the worker checks whether any is of the project.
    """

    accounts: Accounts
    packs: ProjectPacks
    licenses: Licenses
    links: LinkSigner
    events: Events
    clock: Clock
    read_at_once: int = READ_AT_ONCE
    most_read: int = MOST_READ

    def __call__(self, account_id: str, project: str, idempotency_key: str) -> Requested:
        """Requests a pack, once for each key. Raises ProjectNotFound, IdempotencyKeyReused, InvalidFields.

        For an account that is not active: AccountFrozen, AccountNotVerified, GuardianConsentRequired.
        """
        require_status(self.accounts.get(account_id), Act.PACK)
        project = required_line("project", project, LONGEST_PROJECT)
        pack = ProjectPack(pack_id_for(account_id, idempotency_key), account_id, project, self.clock.now())
        self._require(account_id, project)
        stored = self.packs.add(pack)
        if stored.project != project:
            raise IdempotencyKeyReused("This Idempotency-Key asked for another project's pack; send a new one.")
        told = self._told(stored, repeated=stored is not pack)
        if told.status is PackStatus.PENDING:
            # Repeated on a retried request: the first one may have crashed after its write.
            self.events.publish([ProjectPackRequested(account_id, stored.id)])
        return told

    def get(self, account_id: str, pack_id: str) -> Requested:
        """The pack with its status. Raises PackNotFound."""
        return self._told(self.packs.get(account_id, pack_id))

    def _require(self, account_id: str, project: str) -> None:
        cursor: str | None = None
        for _ in range(0, self.most_read, self.read_at_once):
            page = self.licenses.page(account_id, limit=self.read_at_once, cursor=cursor)
            if any(is_of_project(letter, project) for letter in page.items):
                return
            cursor = page.next_cursor
            if cursor is None:
                raise ProjectNotFound("You have no licence for a project of this name.")

    def _told(self, pack: ProjectPack, *, repeated: bool = False) -> Requested:
        now = self.clock.now()
        status = pack.status_at(now)
        link = None
        if status is PackStatus.READY:
            link = self.links.sign(pack.key, safe_file_name(pack.project, "zip", "project"), "application/zip", now)
        return Requested(pack, status, link, repeated)
