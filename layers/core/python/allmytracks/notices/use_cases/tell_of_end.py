"""Members are notified of the end of the service, as it is announced (U-III.III.1)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.foundation.audit.rules import Operator
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
        ends_at, words = end_of(publication)
        subject = f"AllMyTracks ends on {ends_at:%Y-%m-%d}"
        text = (
            f"{words}\n\nThe service ends on {ends_at:%Y-%m-%d %H:%M} (UTC). Until then everything works as before; "
            "nothing that would last longer can be bought. After that all accounts are closed, and what is stored of "
            "you is erased, except what the law obliges us to keep. Licences that were issued remain valid, and all "
            f"can go on verifying them.\n\nDownload your files, letters and data before: {self.site_url}/account/data\n"
        )
        self.announce(subject, text, operator)
        drafted = self.mailings.draft(MailingKind.SERVICE, subject, text, Selection())
        return self.mailings.start(drafted.id, operator)
