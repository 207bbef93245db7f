"""A new version of an agreement is announced, and every member gets a notice of it (U-I.3, P-update)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.published_agreements import agreement_of, published_agreements
from allmytracks.accounts.rules_agreements import Agreement
from allmytracks.foundation.audit.rules import Operator
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
        subject, text = f"New version of our agreement: {new.title}", self._text(new)
        self.announce(subject, text, operator)
        drafted = self.mailings.draft(MailingKind.AGREEMENT, subject, text, Selection())
        return self.mailings.start(drafted.id, operator)

    def _text(self, new: Agreement) -> str:
        return (
            f"We published version {new.version} of “{new.title}”. It holds from {new.effective_at:%Y-%m-%d %H:%M} "
            f"(UTC) on.\n\nRead it, and the versions before it: {self.site_url}/agreements/{new.id}\n\n"
            "If you use AllMyTracks after that instant, you accept it. If you do not agree, you can close your account "
            f"in your settings, or write to the customer service: {self.site_url}/support\n"
        )


def _is_earlier(known: Agreement, new: Agreement) -> bool:
    return known.id == new.id and known.effective_at < new.effective_at
