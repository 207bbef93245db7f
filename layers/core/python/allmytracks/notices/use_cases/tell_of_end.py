"""Members are notified of the end of the service, as it is announced (U-III.III.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from allmytracks.documents.rules_dates import day, day_and_time
from allmytracks.foundation.audit.rules import Operator
from allmytracks.mails.rules import Catalogue, Letter
from allmytracks.mails.rules_catalogues import in_every_language
from allmytracks.notices.rules_mailings import Mailing, MailingKind, Selection
from allmytracks.notices.use_cases.announce import Announce
from allmytracks.notices.use_cases.keep_mailings import KeepMailings
from allmytracks.payments.orders.published import end_of
from allmytracks.publishing.ports import Publication


@dataclass(frozen=True)
class TellOfEnd:
    """Follows a publication of the end, and of another end. Idempotent: after a crash it sends nothing twice."""

    announce: Announce
    mailings: KeepMailings
    site_url: str

    def __call__(self, publication: Publication, operator: Operator) -> Mailing:
        ends_at, told = end_of(publication)
        letters = in_every_language(partial(self._letter, ends_at, told))
        self.announce(letters, operator)
        drafted = self.mailings.draft(MailingKind.SERVICE, letters, Selection())
        return self.mailings.start(drafted.id, operator)

    def _letter(self, ends_at: datetime, told: str, words: Catalogue) -> Letter:
        language = words.language
        return words.letter(
            "EndOfService",
            words=told,
            day=day(ends_at, language),
            until=day_and_time(ends_at, language),
            site=self.site_url,
        )
