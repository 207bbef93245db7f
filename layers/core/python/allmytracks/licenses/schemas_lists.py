"""Filters of a member's licences."""

from __future__ import annotations

import msgspec

from allmytracks.foundation.paging import PageQuery
from allmytracks.licenses.disputes.rules import DisputeText
from allmytracks.licenses.rules import Language
from allmytracks.licenses.rules_lists import WantedLicenses
from allmytracks.licenses.states.rules import LicenseStatus


class LicensesQuery(PageQuery):
    """Which licences: of one project (its name), of one status (`valid`, `revoked`, `superseded`)."""

    project: str | None = None
    status: LicenseStatus | None = None

    def wanted(self) -> WantedLicenses:
        return WantedLicenses(self.project, self.status)


class DisputeQuery(msgspec.Struct):
    """Which platform's form, by default the licence's own platform; in which language, by default the letter's."""

    platform: str | None = None
    language: Language | None = None


class DisputeTextAnswer(msgspec.Struct):
    """The text to paste into a platform's form, at most `max_length` characters.

    `fields` has the same apart, for forms that ask for it so: number, verify_url, work, licensor, licensee,
    licensed_use, issued_on, and isrc where it is known.
    """

    platform: str | None
    language: Language
    max_length: int
    text: str
    fields: dict[str, str]


def dispute_answer(of: DisputeText) -> DisputeTextAnswer:
    """A dispute's text in a response."""
    return DisputeTextAnswer(of.platform, of.language, of.max_length, of.text, of.fields)
