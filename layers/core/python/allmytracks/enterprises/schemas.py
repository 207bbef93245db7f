"""What the routes of enterprises take and give."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from allmytracks.accounts.rules_agreements import Accepted
from allmytracks.accounts.rules_reasons import LetterReason
from allmytracks.accounts.schemas import AcceptForm
from allmytracks.accounts.schemas_billing import BillingLines, BillingText
from allmytracks.enterprises.rules import Company, company_of
from allmytracks.enterprises.rules_authority import LetterOfAuthority, Shelf
from allmytracks.enterprises.use_cases.keep_enterprise import Enterprise
from allmytracks.foundation.http.reading import by_rule
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.paging import Page
from allmytracks.tickets.ports import Upload
from allmytracks.tickets.rules_attachments import Attachment
from allmytracks.tickets.schemas import AttachmentForm


class EnterpriseForm(msgspec.Struct):
    """The enterprise: the address a line each, the country's two letters.

    `consented` declares that the enterprise consented in writing to these agreements, in the versions in force:
    `user-agreement`, `privacy-policy` and `premium-agreement`. Left out: nothing is declared.
    """

    name: BillingText
    address: BillingLines
    country: BillingText
    registration_number: BillingText | None = None
    consented: list[AcceptForm] | None = None

    def company(self) -> Company:
        """The company in its stored form. Raises InvalidFields."""
        return company_of(self.name, self.address, self.country, self.registration_number)

    def declared(self) -> list[Accepted] | None:
        """What is declared."""
        if self.consented is None:
            return None
        return [Accepted(each.agreement, each.version) for each in self.consented]


class LetterForm(AttachmentForm):
    """The letter of authority that follows: a PDF, PNG or JPEG; `bytes` is its size, `sha256` hexadecimal."""

    media_type: Annotated[str, by_rule("enterprises.rules_authority", "check_type")]


class CompanyAnswer(msgspec.Struct):
    """The enterprise."""

    name: str
    address: list[str]
    country: str
    registration_number: str | None


class CompanyConsentAnswer(msgspec.Struct):
    """One version that the enterprise consented to, as declared."""

    agreement: str
    version: str
    declared_at: str


class DeclarationAnswer(msgspec.Struct):
    """`given`, `outdated` (an agreement has a newer version) or `missing`."""

    status: str
    consented: list[CompanyConsentAnswer]


class LetterOfAuthorityAnswer(msgspec.Struct):
    """The letter: `awaiting_upload`, `in_review`, `accepted`, `refused`, or `unreadable` for its content.

    After a refusal another one is asked for by `due_at`; `reason` says why.
    """

    letter_id: str
    status: str
    name: str
    media_type: str
    bytes: int
    submitted_at: str
    reviewed_at: str | None
    reason: str | None
    due_at: str | None


class EnterpriseAnswer(msgspec.Struct):
    """The caller's enterprise; `company` and `letter_of_authority` are null where there is none."""

    company: CompanyAnswer | None
    declaration: DeclarationAnswer
    letter_of_authority: LetterOfAuthorityAnswer | None


class LetterUploadAnswer(msgspec.Struct):
    """Where the letter is put by HTTP PUT, with exactly these headers, until `expires_at`."""

    letter_id: str
    url: str
    headers: dict[str, str]
    expires_at: str


class LettersQuery(msgspec.Struct):
    """Which letters."""

    shelf: Shelf = Shelf.WAITING
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50
    cursor: str | None = None


class LetterReviewForm(msgspec.Struct):
    """What an operator finds of a letter: `authority_shown` accepts it, the others refuse it."""

    letter_id: str
    reason: LetterReason


class ListedLetterAnswer(LetterOfAuthorityAnswer):
    """A letter, as operators see it."""

    account_id: str


class LettersAnswer(msgspec.Struct):
    """A page of letters."""

    items: list[ListedLetterAnswer]
    next_cursor: str | None


def letter_of(form: LetterForm) -> Attachment:
    """The file as it was announced."""
    return Attachment("", form.name, form.media_type, form.bytes, form.sha256)


def enterprise_answer(enterprise: Enterprise) -> EnterpriseAnswer:
    """An enterprise, as its member and operators see it."""
    company, letter = enterprise.company, enterprise.letter
    consents = [
        CompanyConsentAnswer(each.agreement, each.version, rfc3339(each.declared_at)) for each in enterprise.consents
    ]
    return EnterpriseAnswer(
        CompanyAnswer(company.name, list(company.address), company.country, company.registration_number)
        if company
        else None,
        DeclarationAnswer(enterprise.declaration, consents),
        LetterOfAuthorityAnswer(**_letter_fields(letter)) if letter else None,
    )


def letter_upload_answer(upload: Upload) -> LetterUploadAnswer:
    """Where a letter is put."""
    return LetterUploadAnswer(upload.attachment.id, upload.url, dict(upload.headers), rfc3339(upload.expires_at))


def listed_letter_answer(letter: LetterOfAuthority) -> ListedLetterAnswer:
    """A letter, as it is shown to operators."""
    return ListedLetterAnswer(**_letter_fields(letter), account_id=letter.account_id)


def letters_answer(page: Page[LetterOfAuthority]) -> LettersAnswer:
    """A page of letters."""
    return LettersAnswer([listed_letter_answer(each) for each in page.items], page.next_cursor)


def _letter_fields(letter: LetterOfAuthority) -> dict[str, Any]:
    file = letter.file
    return {
        "letter_id": file.id,
        "status": letter.status,
        "name": file.name,
        "media_type": file.media_type,
        "bytes": file.size,
        "submitted_at": rfc3339(letter.submitted_at),
        "reviewed_at": rfc3339(letter.reviewed_at) if letter.reviewed_at else None,
        "reason": letter.reason,
        "due_at": rfc3339(letter.due_at) if letter.due_at else None,
    }
