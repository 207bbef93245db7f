"""An operator drafts a mailing, names its accounts, starts and stops it (P-breach)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from allmytracks.accounts.published_consents import published_purposes
from allmytracks.accounts.rules_consents import COMPANY_TRANSFER
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.instants import whole_milliseconds
from allmytracks.foundation.paging import Page
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.mails.rules import Letter
from allmytracks.mails.rules_catalogues import words_for
from allmytracks.notices.ports_mailings import Mailings
from allmytracks.notices.rules_mailings import (
    Delivery,
    Mailing,
    MailingKind,
    MailingStatus,
    Selection,
    mailing_id_of,
    transfer_consent_missing,
)
from allmytracks.publishing.ports import Publications


@dataclass(frozen=True)
class KeepMailings:
    """Idempotent throughout. Raises MailingNotFound, MailingBegun, InvalidFields (cursor)."""

    mailings: Mailings
    publications: Publications
    audit: Audit
    clock: Clock
    site_url: str

    def draft(self, kind: MailingKind, letters: Sequence[Letter], selection: Selection) -> Mailing:
        """Stores a mailing that goes to nobody yet; the same contents are the same mailing. English comes first.

        That of a transfer asks for consent where sensitive data go with it. Raises TransferConsentMissing.
        """
        if kind is MailingKind.TRANSFER:
            letters = self._asking(letters)
        mailing_id, now = mailing_id_of(kind, letters, selection), whole_milliseconds(self.clock.now())
        first, *others = letters
        return self.mailings.draft(
            Mailing(mailing_id, kind, first.subject, first.text, selection, now, translations=tuple(others))
        )

    def _asking(self, letters: Sequence[Letter]) -> Sequence[Letter]:
        purposes = published_purposes(self.publications).in_force(self.clock.now())
        if COMPANY_TRANSFER not in {each.id for each in purposes}:
            raise transfer_consent_missing()
        return [replace(each, text=f"{each.text}\n\n{self._request(each.language)}") for each in letters]

    def _request(self, language: str) -> str:
        return words_for(language).phrase("transfer_consent", site=self.site_url)

    def put_part(self, mailing_id: str, number: int, account_ids: Sequence[str]) -> None:
        """Stores a part of the list of a draft."""
        self.mailings.put_part(mailing_id, number, account_ids)

    def start(self, mailing_id: str, operator: Operator) -> Mailing:
        """Sends it, or goes on where it was stopped: within the next minute."""
        mailing = self.mailings.get(mailing_id)
        self.audit(operator, "mailing_started", mailing_id, mailing.kind.value)
        return self.mailings.set_status(mailing_id, MailingStatus.RUNNING)

    def stop(self, mailing_id: str, operator: Operator) -> Mailing:
        """Sends no more of it after the accounts that are being served now."""
        mailing = self.mailings.get(mailing_id)
        self.audit(operator, "mailing_stopped", mailing_id, mailing.kind.value)
        return self.mailings.set_status(mailing_id, MailingStatus.STOPPED)

    def get(self, mailing_id: str) -> Mailing:
        """One mailing."""
        return self.mailings.get(mailing_id)

    def page(self, status: MailingStatus, *, limit: int, cursor: str | None) -> Page[Mailing]:
        """The mailings of a status, newest first."""
        return self.mailings.page(status, limit=limit, cursor=cursor)

    def deliveries(self, mailing_id: str, operator: Operator, *, limit: int, cursor: str | None) -> Page[Delivery]:
        """What became of it for each account."""
        self.mailings.get(mailing_id)
        self.audit(operator, "mailing_deliveries_listed", mailing_id)
        return self.mailings.deliveries(mailing_id, limit=limit, cursor=cursor)
