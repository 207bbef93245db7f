"""Issuing a licence for a download: signed, printed and stored first, then recorded in one write (design, 6.3).

Nothing before that write has a visible effect (PrintLetter).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from allmytracks.accounts.ports import Accounts, Restrictions
from allmytracks.accounts.rules import Account, AccountKind
from allmytracks.accounts.rules_end_users import DesignatedUser, Licensee, NamedEndUser
from allmytracks.accounts.rules_states import Act, require_may
from allmytracks.catalogue.ports import Tracks
from allmytracks.catalogue.rules import TrackNotFound
from allmytracks.documents.rules_text import line
from allmytracks.downloads.ports import Downloads
from allmytracks.downloads.rules import Download, Use
from allmytracks.downloads.rules_allowance import use_refusal
from allmytracks.downloads.rules_links import download_revoked
from allmytracks.downloads.rules_payments import require_kept_payment
from allmytracks.foundation.errors import IdempotencyKeyReused, Unavailable
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.messages import Events
from allmytracks.foundation.time_and_ids import Clock, Ids
from allmytracks.licenses.letters.use_cases import PrintLetter
from allmytracks.licenses.ports import Binding, LicenseRequest, Licenses
from allmytracks.licenses.published import governing_agreement
from allmytracks.licenses.rules import (
    WORDING,
    Credits,
    GoverningAgreement,
    Language,
    Letter,
    License,
    LicensedUse,
    Licensor,
    Work,
)
from allmytracks.licenses.rules_applications import (
    LONGEST_CHANNEL,
    fingerprint_of,
    require_enterprise,
    require_licensee,
    require_platform,
    use_to_license,
)
from allmytracks.licenses.rules_numbers import license_number
from allmytracks.licenses.rules_terms import terms_of
from allmytracks.memberships.published import published_price_lists
from allmytracks.memberships.rules_plans import Plan, unknown_purpose
from allmytracks.payments.events import LicenseIssued
from allmytracks.payments.ports import Orders
from allmytracks.publishing.ports import Publications

# A refused write is explained by reading again; only yet another race can refuse the next one as well.
ATTEMPTS = 4


class LicenseApplication(Struct, frozen=True):
    """A member's application; `use` is declared now, in addition to what the download is bound to already."""

    account_id: str
    idempotency_key: str
    download_id: str
    licensee: Licensee
    designated_user: DesignatedUser | None
    use: Use
    language: Language = Language.ENGLISH
    platform_name: str | None = None
    channel: str | None = None


class IssuedLicense(Struct, frozen=True):
    """The letter, and whether an earlier request under the same key issued it."""

    letter: Letter
    replayed: bool


class _Grounds(Struct, frozen=True):
    """What a licence is based on, as it was read."""

    download: Download
    account: Account
    plan: Plan
    use: LicensedUse
    end_user: NamedEndUser
    individual_at: datetime | None
    agreement: GoverningAgreement | None
    credits: Credits | None


@dataclass(frozen=True)
class IssueLicense:
    """Issues a letter, or returns the one of an earlier request under the same key.

    Raises DownloadNotFound, DownloadNotPaid, DownloadRevoked, DownloadAlreadyLicensed, DownloadUseBound, AccountFrozen,
    AccountRestricted, AccountNotVerified, GuardianConsentRequired,
    EndUserBound, InvalidFields, PurposeNotPermitted, PlanNotForEnterprise, PlanNotForPersonal, EnterpriseOnly,
    LicenseeNeedsEnterprisePlan, UnprintableText, IdempotencyKeyReused, Unavailable.
    """

    downloads: Downloads
    accounts: Accounts
    restrictions: Restrictions
    orders: Orders
    tracks: Tracks
    publications: Publications
    licenses: Licenses
    print_letter: PrintLetter
    events: Events
    clock: Clock
    ids: Ids
    licensor: Licensor

    def __call__(self, application: LicenseApplication) -> IssuedLicense:
        request = LicenseRequest(
            hashlib.sha256(application.idempotency_key.encode()).hexdigest(),
            fingerprint_of(
                application.download_id,
                application.licensee,
                application.designated_user,
                application.use,
                application.language,
                application.platform_name,
                application.channel,
            ),
        )
        for _ in range(ATTEMPTS):
            # In this order: a download that a concurrent try of this request licensed must find its letter below.
            download = self.downloads.get(application.account_id, application.download_id)
            issued = self.licenses.issued(application.account_id, request.key)
            if issued is not None:
                if issued.fingerprint != request.fingerprint:
                    raise IdempotencyKeyReused("This Idempotency-Key was used for another licence; send a new one.")
                return self._told(issued.letter, replayed=True)
            grounds = self._grounds(application, download)
            letter = self.print_letter(self._license(application, grounds))
            if self.licenses.issue(letter, request, Binding(grounds.use, grounds.end_user, grounds.individual_at)):
                return self._told(letter, replayed=False)
        raise Unavailable

    def _grounds(self, application: LicenseApplication, download: Download) -> _Grounds:
        """Reads the grounds and checks every reason to refuse the licence."""
        account = self.accounts.get(application.account_id)
        now = self.clock.now()
        require_may(account, Act.LICENSE, self.restrictions.restriction(account.id), now)
        if download.revoked_at is not None:
            raise download_revoked(download.revoked_at)
        plans = published_price_lists(self.publications)
        prices = plans.at(now)
        if application.use.purpose is not None and not plans.knows(application.use.purpose):
            raise unknown_purpose(plans)
        use = use_to_license(download, application.use, application.platform_name, prices)
        order = self.orders.get(application.account_id, download.order_id)
        require_kept_payment(order)
        kind = account.kind_at(now)
        require_enterprise(kind, application.licensee, use)
        refused = use_refusal(use.use, download.terms_id, plans)
        if refused is not None:
            raise refused
        plan = plans.by_terms(download.terms_id)
        require_licensee(application.licensee, application.designated_user, plan, prices)
        require_platform(use, prices)
        named = application.designated_user.name if application.designated_user else application.licensee.name
        individual_at = now if kind is AccountKind.INDIVIDUAL else None
        return _Grounds(
            download,
            account,
            plan,
            use,
            account.end_users.naming(named),
            individual_at,
            governing_agreement(self.publications, plan, order, self.print_letter.public_url),
            self._credits(download.track_id),
        )

    def _credits(self, track_id: str) -> Credits | None:
        try:
            track = self.tracks.get(track_id)
        except TrackNotFound:
            return None
        return Credits(track.duration_seconds, track.composer, track.isrc, track.performing_rights)

    def _license(self, application: LicenseApplication, grounds: _Grounds) -> License:
        download, use = grounds.download, grounds.use
        return License(
            number=license_number(self.ids.new("license")),
            issued_at=self.clock.now(),
            account_id=application.account_id,
            licensor=self.licensor,
            licensee=application.licensee,
            designated_user=application.designated_user,
            work=Work(
                download.track_id,
                download.title,
                download.artist,
                download.rendition,
                download.rendition_sha256,
                grounds.credits,
            ),
            project=use.project,
            purpose=use.purpose,
            platform=use.platform,
            plan=grounds.plan.id,
            plan_name=grounds.plan.name,
            terms_id=download.terms_id,
            terms=terms_of(
                grounds.plan,
                use.purpose,
                joint_liability=application.designated_user is not None,
                may_be_named=not grounds.account.not_named,
            ),
            order_id=download.order_id,
            download_id=download.id,
            language=application.language,
            agreement=grounds.agreement,
            channel=line("channel", application.channel, LONGEST_CHANNEL),
            wording=WORDING,
        )

    def _told(self, letter: Letter, *, replayed: bool) -> IssuedLicense:
        """Publishes the event, again on a retry: the first request may have crashed after its write."""
        of = letter.license
        issued = LicenseIssued(of.account_id, of.number, of.download_id, rfc3339(of.issued_at), of.work.title)
        self.events.publish([issued])
        return IssuedLicense(letter, replayed)
