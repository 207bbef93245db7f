"""Operators review letters of authority."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.events import LetterOfAuthorityAccepted, LetterOfAuthorityRefused
from allmytracks.accounts.rules_reasons import LetterReason
from allmytracks.enterprises.ports import Enterprises
from allmytracks.enterprises.rules_authority import (
    LetterNotFound,
    LetterOfAuthority,
    LetterStatus,
    Shelf,
    require_arrived,
    reviewed,
)
from allmytracks.enterprises.use_cases.keep_enterprise import Enterprise, KeepEnterprise
from allmytracks.enterprises.use_cases.send_letter import CheckLetter, change_letter
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.events import Event
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.links import Link, LinkSigner
from allmytracks.foundation.messages import Events
from allmytracks.foundation.paging import Page
from allmytracks.foundation.time_and_ids import Clock


@dataclass(frozen=True)
class ReviewLetter:
    """Each act is on record before it takes place. Raises LetterNotFound, LetterNotArrived, Unavailable."""

    enterprises: Enterprises
    keep: KeepEnterprise
    check: CheckLetter
    links: LinkSigner
    events: Events
    audit: Audit
    clock: Clock

    def page(self, shelf: Shelf, operator: Operator, *, limit: int, cursor: str | None) -> Page[LetterOfAuthority]:
        """The letters of a shelf. Raises InvalidFields (cursor)."""
        self.audit(operator, "letters_of_authority_listed", shelf)
        return self.enterprises.letters(shelf, limit=limit, cursor=cursor)

    def show(self, account_id: str, operator: Operator) -> Enterprise:
        """An account's enterprise, its letter checked if it arrived."""
        self.audit(operator, "enterprise_looked_up", account_id)
        return self.keep.get(account_id)

    def open(self, account_id: str, letter_id: str, operator: Operator) -> Link:
        """A short-lived link to the letter's file."""
        self.audit(operator, "letter_of_authority_opened", f"{account_id}/{letter_id}")
        letter = self._arrived(account_id, letter_id)
        return self.links.sign(letter.key, letter.file.name, letter.file.media_type, self.clock.now())

    def __call__(self, account_id: str, letter_id: str, reason: LetterReason, operator: Operator) -> LetterOfAuthority:
        """Accepts or refuses the letter, by the reason; the member gets a notice. The same again changes nothing."""
        self._arrived(account_id, letter_id)
        self.audit(operator, "letter_of_authority_reviewed", f"{account_id}/{letter_id}", reason)
        now = self.clock.now()

        def with_finding(letter: LetterOfAuthority | None) -> LetterOfAuthority:
            return reviewed(_this(letter, letter_id), reason, now)

        letter = change_letter(self.enterprises, account_id, with_finding)
        self.events.publish([_news(letter)])
        return letter

    def _arrived(self, account_id: str, letter_id: str) -> LetterOfAuthority:
        letter = self.enterprises.letter(account_id)
        return _this(self.check(letter) if letter else None, letter_id)


def _this(letter: LetterOfAuthority | None, letter_id: str) -> LetterOfAuthority:
    if letter is None:
        raise LetterNotFound("The account sent no letter of authority.")
    require_arrived(letter, letter_id)
    return letter


def _news(letter: LetterOfAuthority) -> Event:
    at, reason = rfc3339(letter.reviewed_at or letter.submitted_at), letter.reason or ""
    if letter.status is LetterStatus.REFUSED and letter.due_at is not None:
        return LetterOfAuthorityRefused(letter.account_id, reason, at, rfc3339(letter.due_at))
    return LetterOfAuthorityAccepted(letter.account_id, reason, at)
