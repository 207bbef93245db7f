"""One licence of the caller's, and the text that disputes a platform's claim on its work."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.foundation.time_and_ids import Clock
from allmytracks.licenses.disputes.rules import SHORTEST_FORM, DisputeText, dispute_text
from allmytracks.licenses.ports import Licenses
from allmytracks.licenses.rules import Language, Letter
from allmytracks.licenses.rules_numbers import normal_number
from allmytracks.memberships.published import published_price_lists
from allmytracks.memberships.rules_platforms import form_length, platform_of
from allmytracks.publishing.ports import Publications


@dataclass(frozen=True)
class ShowLicense:
    """Also after the membership ended. Raises LicenseNotFound for what is not the caller's, Unavailable."""

    licenses: Licenses
    publications: Publications
    clock: Clock
    public_url: str

    def __call__(self, account_id: str, number: str) -> Letter:
        return self.licenses.get(account_id, normal_number(number))

    def dispute_text(
        self, account_id: str, number: str, platform: str | None, language: Language | None
    ) -> DisputeText:
        """The text for a platform's form, by default the licence's own platform and language.

        Raises AlreadyRevoked, AlreadySuperseded, InvalidFields (platform).
        """
        letter = self(account_id, number)
        platforms = published_price_lists(self.publications).at(self.clock.now()).platforms
        named = platform_of(platforms, platform, None) if platform else letter.license.platform
        length = form_length(platforms, named) or SHORTEST_FORM
        return dispute_text(letter, named, length, language or letter.license.language, self.public_url)
