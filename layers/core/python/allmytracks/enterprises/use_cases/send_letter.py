"""A member sends the enterprise's letter of authority."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules_states import Act, require_status
from allmytracks.enterprises.ports import Enterprises
from allmytracks.enterprises.rules_authority import TYPES, LetterNotFound, LetterOfAuthority, arrived, submitted
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.time_and_ids import Clock, Ids
from allmytracks.tickets.ports import AttachmentFiles, Upload
from allmytracks.tickets.rules_attachments import LARGEST, Attachment, announced_file

TRIES = 8


def change_letter(
    enterprises: Enterprises, account_id: str, change: Callable[[LetterOfAuthority | None], LetterOfAuthority]
) -> LetterOfAuthority:
    """The letter after `change`, which returns the same one where there is nothing to do.

    Raises what `change` raises, and Unavailable where others changed it every time.
    """
    for _ in range(TRIES):
        before = enterprises.letter(account_id)
        after = change(before)
        if after is before or enterprises.replace_letter(after):
            return after
    raise Unavailable


@dataclass(frozen=True)
class SendLetter:
    """Announces a letter: it follows by the permission to upload. Raises InvalidFields, what require_status raises."""

    enterprises: Enterprises
    accounts: Accounts
    files: AttachmentFiles
    clock: Clock
    ids: Ids

    def __call__(self, account_id: str, file: Attachment) -> Upload:
        """Where exactly this file is put. Again, while it is awaited, the same letter gets another permission."""
        require_status(self.accounts.get(account_id), Act.BILLING)
        now = self.clock.now()
        named = replace(announced_file(file, TYPES), id=self.ids.new("loa"))
        letter = change_letter(self.enterprises, account_id, lambda before: submitted(before, account_id, named, now))
        return self.files.upload(letter.key, letter.file, now)


@dataclass(frozen=True)
class CheckLetter:
    """Checks what arrived by its content, before anybody gets it. Raises Unavailable."""

    enterprises: Enterprises
    files: AttachmentFiles

    def __call__(self, letter: LetterOfAuthority) -> LetterOfAuthority:
        """The letter as it is now."""
        if not letter.is_awaited:
            return letter
        content = self.files.content(letter.key, LARGEST)
        if content is None:
            return letter

        def checked(now: LetterOfAuthority | None) -> LetterOfAuthority:
            if now is None:
                raise LetterNotFound("The account has no letter of authority.")
            return arrived(now, content) if now.file.id == letter.file.id else now

        return change_letter(self.enterprises, letter.account_id, checked)
