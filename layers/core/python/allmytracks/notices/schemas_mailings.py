"""Request and response bodies of mailings, for operators."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from allmytracks.accounts.rules import AccountStatus
from allmytracks.documents.rules_languages import ENGLISH
from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.foundation.instants import rfc3339
from allmytracks.mails.rules import Letter
from allmytracks.notices.rules_mailings import PART, Delivery, Mailing, MailingKind, MailingStatus, Selection
from allmytracks.notices.schemas_announcements import OtherLanguage, require_each_once

MOST_PARTS = 100_000


Subject = Annotated[
    str,
    msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\r\n]+$", description="one line of 1 to 200 characters"),
]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)]


class LetterForm(msgspec.Struct, forbid_unknown_fields=True):
    """The words of a mailing in another language than English."""

    language: OtherLanguage
    subject: Subject
    text: Text


class MailingForm(msgspec.Struct, forbid_unknown_fields=True):
    """A mailing that goes to nobody yet.

    It is for the accounts of its parts where `listed` is true, otherwise for all of a status, made since an instant.
    """

    kind: MailingKind
    subject: Subject
    text: Text
    listed: bool = False
    status: AccountStatus | None = None
    since: datetime | None = None
    translations: Annotated[list[LetterForm], msgspec.Meta(max_length=2)] = []

    def to_letters(self) -> list[Letter]:
        """Its words, English first. Raises InvalidFields."""
        letters = [Letter(each.language, each.subject, each.text) for each in self.translations]
        require_each_once([each.language for each in letters])
        return [Letter(ENGLISH, self.subject, self.text), *letters]

    def to_selection(self) -> Selection:
        """Which accounts. Raises InvalidFields."""
        if self.since is not None and self.since.tzinfo is None:
            raise InvalidFields([FieldProblem("since", "invalid", "Give the time with its zone (…Z).")])
        if self.listed and (self.status or self.since):
            raise InvalidFields([FieldProblem("listed", "invalid", "Give a list of accounts or a rule, not both.")])
        return Selection(self.listed, self.status, self.since)


class PartForm(msgspec.Struct, forbid_unknown_fields=True):
    """One part of a list of accounts."""

    account_ids: Annotated[
        list[Annotated[str, msgspec.Meta(min_length=1, max_length=100)]], msgspec.Meta(min_length=1, max_length=PART)
    ]


class MailingsQuery(msgspec.Struct):
    """Which page of which mailings."""

    status: MailingStatus = MailingStatus.RUNNING
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50
    cursor: str | None = None


class DeliveriesQuery(msgspec.Struct):
    """Which page."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50
    cursor: str | None = None


class MailingAnswer(msgspec.Struct):
    """A mailing; `reached` is how many accounts it has dealt with; `languages` those that it is worded in."""

    mailing_id: str
    kind: str
    status: str
    subject: str
    text: str
    created_at: str
    listed: bool
    account_status: str | None
    since: str | None
    reached: int
    languages: list[str]


class MailingsAnswer(msgspec.Struct):
    """A page of mailings of a status, newest first."""

    items: list[MailingAnswer]
    next_cursor: str | None


class PartAnswer(msgspec.Struct):
    """How many accounts a stored part has."""

    part: int
    accounts: int


class DeliveryAnswer(msgspec.Struct):
    """What became of a mailing for one account, and when."""

    account_id: str
    outcome: str
    at: str


class DeliveriesAnswer(msgspec.Struct):
    """A page of deliveries, by account."""

    items: list[DeliveryAnswer]
    next_cursor: str | None


def part_number(text: str) -> int:
    """The number of a part in a path, from 0 on. Raises InvalidFields."""
    if not (text.isascii() and text.isdecimal() and int(text[:9]) < MOST_PARTS):
        raise InvalidFields([FieldProblem("part", "invalid", f"Number the parts from 0 to {MOST_PARTS - 1}.")])
    return int(text)


def mailing_answer(mailing: Mailing) -> MailingAnswer:
    """A mailing in a response."""
    selection = mailing.selection
    return MailingAnswer(
        mailing_id=mailing.id,
        kind=mailing.kind.value,
        status=mailing.status.value,
        subject=mailing.subject,
        text=mailing.text,
        created_at=rfc3339(mailing.created_at),
        listed=selection.listed,
        account_status=selection.status.value if selection.status else None,
        since=rfc3339(selection.since) if selection.since else None,
        reached=mailing.reached,
        languages=[ENGLISH, *(each.language for each in mailing.translations)],
    )


def delivery_answer(delivery: Delivery) -> DeliveryAnswer:
    """A delivery in a response."""
    return DeliveryAnswer(delivery.account_id, delivery.outcome.value, rfc3339(delivery.at))
