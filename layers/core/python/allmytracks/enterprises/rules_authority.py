"""An enterprise's letter of authority: sent by its member, reviewed by an operator (U-II.III.1.4.consent)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from allmytracks.accounts.rules_reasons import LETTER_ACCEPTED, LetterReason
from allmytracks.foundation.errors import Conflict, FieldProblem, InvalidFields, NotFound
from allmytracks.tickets.rules_attachments import JPEG, PDF, PNG, Attachment, AttachmentStatus, checked

# How long a member has to send another letter after one was refused.
ASKED_AGAIN_WITHIN = timedelta(days=30)
TYPES = (PDF, PNG, JPEG)
MOST_FINDINGS = 20


class LetterStatus(StrEnum):
    """`awaiting_upload` until the file arrived, then `in_review`, or `unreadable` where its content is not its type."""

    AWAITING_UPLOAD = "awaiting_upload"
    UNREADABLE = "unreadable"
    IN_REVIEW = "in_review"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Shelf(StrEnum):
    """Where operators find a letter: those that wait by when they were sent, refused ones by when they are due."""

    WAITING = "waiting"
    REFUSED = "refused"
    ACCEPTED = "accepted"


class LetterNotFound(NotFound):
    """The account sent no letter of authority, or another one since."""

    code = "letter_of_authority_not_found"


class LetterNotArrived(Conflict):
    """There is no file to review."""

    code = "letter_of_authority_not_arrived"


class Finding(Struct, frozen=True):
    """What an operator found of an earlier letter."""

    letter_id: str
    reason: LetterReason
    at: datetime


class LetterOfAuthority(Struct, frozen=True):
    """The last letter that an account sent. `due_at` is until when another one is asked for after a refusal.

    `earlier`: what was found of those before it. `revision` counts its changes.
    """

    account_id: str
    file: Attachment
    submitted_at: datetime
    status: LetterStatus = LetterStatus.AWAITING_UPLOAD
    reviewed_at: datetime | None = None
    reason: LetterReason | None = None
    due_at: datetime | None = None
    earlier: tuple[Finding, ...] = ()
    revision: int = 0

    @property
    def key(self) -> str:
        """Where its file lies."""
        return letter_key(self.account_id, self.file.id)

    @property
    def is_awaited(self) -> bool:
        return self.status is LetterStatus.AWAITING_UPLOAD

    @property
    def shelf(self) -> Shelf:
        if self.status is LetterStatus.ACCEPTED:
            return Shelf.ACCEPTED
        return Shelf.WAITING if self.status in {LetterStatus.AWAITING_UPLOAD, LetterStatus.IN_REVIEW} else Shelf.REFUSED

    @property
    def place(self) -> datetime:
        """Its place on its shelf."""
        return self.due_at if self.status is LetterStatus.REFUSED and self.due_at else self.submitted_at


def letter_key(account: str, letter: str) -> str:
    """Where the file of a letter lies."""
    return f"authorities/{account}/{letter}"


def submitted(before: LetterOfAuthority | None, account_id: str, file: Attachment, now: datetime) -> LetterOfAuthority:
    """The letter that follows; the same one where this very file is awaited already."""
    if before is None:
        return LetterOfAuthority(account_id, file, now)
    if before.is_awaited and replace(before.file, id=file.id) == file:
        return before
    found = before.earlier
    if before.reason is not None and before.reviewed_at is not None:
        found = (*found, Finding(before.file.id, before.reason, before.reviewed_at))[-MOST_FINDINGS:]
    due_at = None if before.status is LetterStatus.ACCEPTED else before.due_at
    return LetterOfAuthority(account_id, file, now, due_at=due_at, earlier=found, revision=before.revision)


def arrived(letter: LetterOfAuthority, content: bytes) -> LetterOfAuthority:
    """The letter once its file is there: to be reviewed, or unreadable."""
    if not letter.is_awaited:
        return letter
    sound = checked(letter.file, content) is AttachmentStatus.CHECKED
    return replace(letter, status=LetterStatus.IN_REVIEW if sound else LetterStatus.UNREADABLE)


def check_type(field: str, media_type: str) -> None:
    """Checks the type of a letter's file. Raises InvalidFields."""
    if media_type not in TYPES:
        raise InvalidFields([FieldProblem(field, "invalid", f"Send one of: {', '.join(TYPES)}.")])


def require_arrived(letter: LetterOfAuthority, letter_id: str) -> None:
    """Checks that this letter can be opened and reviewed. Raises LetterNotFound, LetterNotArrived."""
    if letter.file.id != letter_id:
        raise LetterNotFound("The account sent another letter since. Look at that one.")
    if letter.status in {LetterStatus.AWAITING_UPLOAD, LetterStatus.UNREADABLE}:
        raise LetterNotArrived("Its file has not arrived, or its content is not what its type says.")


def reviewed(letter: LetterOfAuthority, reason: LetterReason, now: datetime) -> LetterOfAuthority:
    """The letter with an operator's finding; the same finding again changes nothing."""
    if letter.reason is reason:
        return letter
    if reason is LETTER_ACCEPTED:
        return replace(letter, status=LetterStatus.ACCEPTED, reviewed_at=now, reason=reason, due_at=None)
    due_at = now + ASKED_AGAIN_WITHIN
    return replace(letter, status=LetterStatus.REFUSED, reviewed_at=now, reason=reason, due_at=due_at)
