"""Members are notified of a new purpose for their data, and of who gets them newly, before that (P-share.purpose)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.published_consents import CONSENTS, published_purposes, purpose_of
from allmytracks.accounts.published_processors import processors_of, published_processors
from allmytracks.accounts.rules_processors import new_uses
from allmytracks.foundation.audit.rules import Operator
from allmytracks.notices.rules_mailings import Mailing, MailingKind, Selection
from allmytracks.notices.use_cases.announce import Announce
from allmytracks.notices.use_cases.keep_mailings import KeepMailings
from allmytracks.publishing.ports import Publication, Publications


@dataclass(frozen=True)
class TellOfPurpose:
    """Follows a publication of purposes or processors. Idempotent: repeated after a crash it sends nothing twice.

    The first purposes, and the first list, change nothing for anybody, so nobody is notified.
    """

    publications: Publications
    announce: Announce
    mailings: KeepMailings
    site_url: str

    def __call__(self, publication: Publication, operator: Operator) -> Mailing | None:
        told = self._of_consent(publication) if publication.kind == CONSENTS else self._of_processors(publication)
        if told is None:
            return None
        subject, text = told
        self.announce(subject, text, operator)
        drafted = self.mailings.draft(MailingKind.SERVICE, subject, text, Selection())
        return self.mailings.start(drafted.id, operator)

    def _of_consent(self, publication: Publication) -> tuple[str, str] | None:
        new = purpose_of(publication)
        if all(each.effective_at >= new.effective_at for each in published_purposes(self.publications).versions):
            return None
        return "We ask for your consent to a new purpose", (
            f"From {new.effective_at:%Y-%m-%d %H:%M} (UTC) on we ask for your consent to this use of your data:\n\n"
            f"{new.text}\n\nNothing is used for it unless you consent; a consent that you gave before does not cover "
            f"it. You decide here, and can change it at any time: {self.site_url}/account/consents\n"
        )

    def _of_processors(self, publication: Publication) -> tuple[str, str] | None:
        new = processors_of(publication)
        uses = new_uses(published_processors(self.publications), new)
        if not uses:
            return None
        lines = "\n".join(f"- {each.name} ({each.place}): {each.purpose}. Data: {each.data}." for each in uses)
        return "Who processes your data: the list changes", (
            f"From {new.effective_at:%Y-%m-%d %H:%M} (UTC) on these also process data for us:\n\n{lines}\n\n"
            f"The whole list: {self.site_url}/processors\n\nIf you do not agree, you can close your account in your "
            f"settings, or write to the customer service: {self.site_url}/support\n"
        )
