"""A new version of an agreement is announced, and every member gets a notice of it (U-I.3, P-update)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from allmytracks.accounts.published_agreements import agreement_of, published_agreements
from allmytracks.accounts.rules_agreements import Agreement
from allmytracks.documents.rules_dates import day_and_time
from allmytracks.foundation.audit.rules import Operator
from allmytracks.mails.rules import Catalogue, Letter
from allmytracks.mails.rules_catalogues import in_every_language
from allmytracks.notices.rules_mailings import Mailing, MailingKind, Selection
from allmytracks.notices.use_cases.announce import Announce
from allmytracks.notices.use_cases.keep_mailings import KeepMailings
from allmytracks.publishing.ports import Publication, Publications


@dataclass(frozen=True)
class TellOfAgreement:
    """Follows a publication. Idempotent: repeated after a crash it announces and sends nothing twice.

    The first version of an agreement changes nothing for anybody, so nobody is notified.
    """

    publications: Publications
    announce: Announce
    mailings: KeepMailings
    site_url: str

    def __call__(self, publication: Publication, operator: Operator) -> Mailing | None:
        new = agreement_of(publication)
        if not [each for each in published_agreements(self.publications).versions if _is_earlier(each, new)]:
            return None
        letters = in_every_language(partial(self._letter, new))
        self.announce(letters, operator)
        drafted = self.mailings.draft(MailingKind.AGREEMENT, letters, Selection())
        return self.mailings.start(drafted.id, operator)

    def _letter(self, new: Agreement, words: Catalogue) -> Letter:
        since = day_and_time(new.effective_at, words.language)
        return words.letter(
            "NewAgreement",
            title=new.title_in(words.language),
            version=new.version,
            since=since,
            agreement=new.id,
            site=self.site_url,
        )


def _is_earlier(known: Agreement, new: Agreement) -> bool:
    return known.id == new.id and known.effective_at < new.effective_at
