"""Members are notified of a new purpose for their data, and of who gets them newly, before that (P-share.purpose)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allmytracks.accounts.published_consents import CONSENTS, published_purposes, purpose_of
from allmytracks.accounts.published_processors import processors_of, published_processors
from allmytracks.accounts.rules_processors import new_uses
from allmytracks.documents.rules_dates import day_and_time
from allmytracks.foundation.audit.rules import Operator
from allmytracks.mails.rules import Catalogue, Letter
from allmytracks.mails.rules_catalogues import in_every_language
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
        letters = self._of_consent(publication) if publication.kind == CONSENTS else self._of_processors(publication)
        if letters is None:
            return None
        self.announce(letters, operator)
        drafted = self.mailings.draft(MailingKind.SERVICE, letters, Selection())
        return self.mailings.start(drafted.id, operator)

    def _of_consent(self, publication: Publication) -> Sequence[Letter] | None:
        new = purpose_of(publication)
        if all(each.effective_at >= new.effective_at for each in published_purposes(self.publications).versions):
            return None

        def letter(words: Catalogue) -> Letter:
            since = day_and_time(new.effective_at, words.language)
            return words.letter("NewPurpose", since=since, words=new.text_in(words.language), site=self.site_url)

        return in_every_language(letter)

    def _of_processors(self, publication: Publication) -> Sequence[Letter] | None:
        new = processors_of(publication)
        uses = new_uses(published_processors(self.publications), new)
        if not uses:
            return None

        def letter(words: Catalogue) -> Letter:
            since = day_and_time(new.effective_at, words.language)
            lines = "\n".join(
                words.phrase("processor", name=each.name, place=each.place, purpose=each.purpose, data=each.data)
                for each in (use.in_language(words.language) for use in uses)
            )
            return words.letter("NewProcessors", since=since, words=lines, site=self.site_url)

        return in_every_language(letter)
