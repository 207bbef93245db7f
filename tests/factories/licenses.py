"""What the tests of licences share: a member with downloads, letters, and a world of twins to issue them in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from allmytracks.accounts.rules_end_users import DesignatedUser, Licensee, LicenseeKind
from allmytracks.downloads.rules import Grant, Project, Use, download_id_for
from allmytracks.foundation.system_time_and_ids import RandomIds
from allmytracks.licenses.letters.use_cases import PrintLetter
from allmytracks.licenses.rules import (
    WORDING,
    Credits,
    GoverningAgreement,
    Letter,
    License,
    LicensedUse,
    Licensor,
    Work,
)
from allmytracks.licenses.rules_terms import Terms
from allmytracks.licenses.use_cases.issue_license import IssueLicense, LicenseApplication
from allmytracks.memberships.rules_plans import Conditions
from allmytracks.memberships.rules_rights import ProjectKind, Right
from tests.factories.accounts import account
from tests.factories.instants import NOW
from tests.factories.memberships import period, plans_publication
from tests.factories.payments import a_paid_order
from tests.factories.signing import certificates_publication
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.catalogue import MemoryTracks
from tests.fakes.documents import MemoryDocuments
from tests.fakes.downloads import MemoryDownloads
from tests.fakes.enforcement import MemoryStandings
from tests.fakes.foundation import FixedClock, MemoryEvents
from tests.fakes.letters import PlainLetterPrinter
from tests.fakes.licenses import MemoryLicenses
from tests.fakes.orders import MemoryOrders
from tests.fakes.publishing import MemoryPublications
from tests.fakes.signing import MarkingSealer, MemoryLicenseKeys

PUBLIC_URL = "https://api.example.org"
LICENSOR = Licensor("AllMyTracks Technology Limited", "7654321")
ADA = Licensee("Ada Lovelace", LicenseeKind.INDIVIDUAL, "1 Harbour Road, Hong Kong", "HK-123")
ACME = Licensee("Acme Films Ltd", LicenseeKind.ENTERPRISE)
STUDIO = DesignatedUser("Studio Nord GmbH", "Hafenstraße 1, Hamburg")
HOLIDAY = Project("Holiday film", ProjectKind.PERSONAL)
CAMPAIGN = Project("Spring campaign", ProjectKind.ENTERPRISE)
PERSONAL_USE = Use(HOLIDAY, "social_media", "YouTube")
ENTERPRISE_USE = Use(CAMPAIGN, "ads_promos")
NUMBER = "AMT-000000-000000-000000-00000H"


def grant(key: str = "key-1", account_id: str = "acc-1", use: Use | None = None, at: datetime = NOW) -> Grant:
    """A granted download of one piece."""
    return Grant(
        download_id=download_id_for(account_id, key),
        account_id=account_id,
        track_id="trk-1",
        title="Harbour at Dawn",
        artist="The Makers",
        rendition="wav",
        rendition_sha256="ab" * 32,
        object_key="tracks/trk-1/wav.wav",
        file_name="The Makers - Harbour at Dawn.wav",
        media_type="audio/wav",
        use=use or Use(),
        granted_at=at,
        fingerprint="f",
    )


def license_of(
    number: str,
    download_id: str,
    licensee: Licensee = ADA,
    designated_user: DesignatedUser | None = None,
    account_id: str = "acc-1",
    issued_at: datetime = NOW,
) -> License:
    """A licence with everything that a letter states."""
    return License(
        number=number,
        issued_at=issued_at,
        account_id=account_id,
        licensor=LICENSOR,
        licensee=licensee,
        designated_user=designated_user,
        work=Work("trk-1", "Harbour at Dawn", "The Makers", "wav", "ab" * 32),
        project=HOLIDAY,
        purpose="social_media",
        platform="YouTube",
        plan="premium",
        plan_name="Music & Sound Effects Premium",
        terms_id="premium@v1",
        terms=Terms(Right.PERSONAL, joint_liability=designated_user is not None),
        order_id="ord-1",
        download_id=download_id,
    )


def stated_in_full(of: License) -> License:
    """The same licence with all that a letter of today can state."""
    known = Credits(205.4, "M. Rivera, J. Lo", "HKA012600042", "none")
    return replace(
        of,
        licensor=replace(
            LICENSOR,
            address=("1 Harbour Road", "Wan Chai"),
            contact="rights@allmytracks.example",
            signatory="Ada Chan, Director of Licensing",
        ),
        work=replace(of.work, credits=known),
        channel="https://www.youtube.com/@ada",
        agreement=GoverningAgreement(
            "premium-agreement",
            "2026-11-01",
            "Premium Member Service Agreement",
            f"{PUBLIC_URL}/v1/agreements/premium-agreement?version=2026-11-01",
        ),
        terms=replace(
            of.terms,
            name_publicity="may_be_named",
            after_membership="outlasts_membership",
            claims="content_id",
            governing_law="hong_kong",
            prevailing_language="en",
            price_list="v1",
            conditions=Conditions("no", "yes", "no"),
        ),
        wording=WORDING,
    )


def letter_of(license_: License) -> Letter:
    """A letter with arbitrary proofs."""
    return Letter(license_, f"jws-of-{license_.number}", "key-a", "cd" * 32)


def licensed_use(project: Project = HOLIDAY, purpose: str = "social_media") -> LicensedUse:
    """All of a use."""
    return LicensedUse(project, purpose, "YouTube")


@dataclass
class LicenseWorld:
    """Accounts with one membership each, and everything that issues a licence, in memory."""

    plan: str = "premium"
    accounts: MemoryAccounts = field(default_factory=MemoryAccounts)
    downloads: MemoryDownloads = field(default_factory=MemoryDownloads)
    orders: MemoryOrders = field(default_factory=MemoryOrders)
    documents: MemoryDocuments = field(default_factory=MemoryDocuments)
    keys: MemoryLicenseKeys = field(default_factory=MemoryLicenseKeys)
    events: MemoryEvents = field(default_factory=MemoryEvents)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))

    def __post_init__(self) -> None:
        self.licenses, self.standings = MemoryLicenses(self.accounts, self.downloads), MemoryStandings(self.accounts)
        for account_id, order_id in (("acc-1", "ord-1"), ("acc-2", "ord-2")):
            self.accounts.add(account(account_id), [])
            self.orders.add(a_paid_order(order_id, account_id=account_id, plan_id=self.plan))
            self.downloads.set_periods(account_id, [period(self.plan, order_id=order_id)])
        publications = MemoryPublications([plans_publication(), certificates_publication()])
        self.publications = publications
        self.tracks = MemoryTracks()
        self.issue = IssueLicense(
            downloads=self.downloads,
            accounts=self.accounts,
            restrictions=self.standings,
            orders=self.orders,
            tracks=self.tracks,
            publications=publications,
            licenses=self.licenses,
            print_letter=PrintLetter(
                self.keys, PlainLetterPrinter(), MarkingSealer(), self.documents, publications, PUBLIC_URL
            ),
            events=self.events,
            clock=self.clock,
            ids=RandomIds(),
            licensor=LICENSOR,
        )

    def download(self, key: str = "key-1", account_id: str = "acc-1", use: Use | None = None) -> str:
        """Grants a download."""
        granted = grant(key, account_id, use)
        self.downloads.records[account_id].grants[granted.download_id] = granted
        return granted.download_id


def application(
    download_id: str,
    key: str = "license-1",
    account_id: str = "acc-1",
    licensee: Licensee = ADA,
    designated_user: DesignatedUser | None = None,
    use: Use = PERSONAL_USE,
) -> LicenseApplication:
    """What a member sends."""
    return LicenseApplication(account_id, key, download_id, licensee, designated_user, use)
