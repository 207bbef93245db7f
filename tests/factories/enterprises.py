"""Members of an enterprise, with everything in memory, and a letter of authority."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from allmytracks.accounts.rules_agreements import Accepted
from allmytracks.enterprises.rules import AGREEMENTS, Company, EnterpriseConsent
from allmytracks.enterprises.rules_authority import LetterOfAuthority
from allmytracks.tickets.rules_attachments import Attachment
from functions.keep_billing.handler import handle as keep_billing
from tests.factories.gateway import call, read
from tests.factories.instants import NOW
from tests.factories.tickets import PDF, a_file
from tests.fakes.enterprises import MemoryEnterprises
from tests.fakes.publishing import MemoryPublications
from tests.fakes.tickets import MemoryAttachmentFiles

COMPANY = Company("Analytical Engines Ltd", ("1 Harbour Road", "Wan Chai"), "HK", "1234567")
VERSION = "2026-11-01"
CONSENTED = [{"agreement": each, "version": VERSION} for each in AGREEMENTS]
FORM = {
    "name": "Analytical Engines Ltd",
    "address": ["1 Harbour Road", "Wan Chai"],
    "country": "HK",
    "registration_number": "1234567",
    "consented": CONSENTED,
}


def a_consent(agreement: str = "user-agreement", version: str = VERSION) -> EnterpriseConsent:
    """What was declared now."""
    return EnterpriseConsent(COMPANY, agreement, version, NOW, "192.0.2.7")


def accepted(version: str = VERSION) -> list[Accepted]:
    """All that is declared."""
    return [Accepted(each, version) for each in AGREEMENTS]


def a_letter(letter_id: str = "loa_1", account_id: str = "acc-1", **changes: Any) -> LetterOfAuthority:
    """A letter that was announced now."""
    announced = a_file()
    file = Attachment(letter_id, "authority.pdf", "application/pdf", len(PDF), str(announced["sha256"]))
    fields: dict[str, Any] = {"account_id": account_id, "file": file, "submitted_at": NOW}
    return LetterOfAuthority(**{**fields, **changes})


@dataclass
class EnterpriseWorld:
    """What the routes of enterprises use, and a member who calls them."""

    enterprises: MemoryEnterprises = field(default_factory=MemoryEnterprises)
    files: MemoryAttachmentFiles = field(default_factory=MemoryAttachmentFiles)
    publications: MemoryPublications = field(default_factory=MemoryPublications)

    def parts(self) -> dict[str, object]:
        """The adapters that are of enterprises alone."""
        return {
            "enterprises.repository": self.enterprises,
            "publishing.publications": self.publications,
            "publishing.fresh_publications": self.publications,
        }

    def ask(self, route: str, body: object = None, account_id: str = "acc-1") -> tuple[int, dict[str, Any]]:
        """A request of a member."""
        values = {"body": json.dumps(body)} if body is not None else {}
        return read(call(keep_billing, route, account_id, **values))

    def send(self, content: bytes = PDF, **changes: object) -> str:
        """A letter that was announced and put; returns its id."""
        _, upload = self.ask("POST /v1/account/enterprise/letters", a_file(content, **changes))
        self.files.stored[upload["url"].removeprefix("memory://")] = content
        return str(upload["letter_id"])

    def enterprise(self) -> dict[str, Any]:
        """What the member sees."""
        return self.ask("GET /v1/account/enterprise")[1]
