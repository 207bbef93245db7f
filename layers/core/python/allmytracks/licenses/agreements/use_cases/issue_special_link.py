"""A link to the file of a track that a special licence names (M-III.6.special)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from allmytracks.accounts.ports import Accounts, Restrictions
from allmytracks.accounts.rules_states import Act, require_may
from allmytracks.catalogue.ports import Tracks
from allmytracks.downloads.rules import file_name_for, require_downloadable
from allmytracks.downloads.rules_links import LINKS_EXHAUSTED, IssuedLink, NoLinksLeft
from allmytracks.downloads.rules_payments import require_kept_payment
from allmytracks.downloads.use_cases.record_link import most_links
from allmytracks.enforcement.ports_cases import Cases
from allmytracks.enforcement.rules_cases import new_case
from allmytracks.foundation.links import Link, LinkSigner
from allmytracks.foundation.time_and_ids import Clock, Ids
from allmytracks.licenses.agreements.ports import LicensedFile, MusicAgreements, SpecialLinks
from allmytracks.licenses.agreements.rules import MusicAgreementNotFound
from allmytracks.licenses.agreements.rules_special import (
    SpecialLicense,
    SpecialLicenseNotFound,
    SpecialLicenseRevoked,
    TrackNotLicensed,
)
from allmytracks.licenses.ports import Licenses
from allmytracks.payments.ports import Orders
from allmytracks.publishing.ports import Publications


class SpecialLinkRequest(Struct, frozen=True):
    """A member asks for the file of a licensed track, from this address and device."""

    account_id: str
    order_id: str
    track_id: str
    rendition: str
    source_ip: str
    user_agent: str


@dataclass(frozen=True)
class IssueSpecialLink:
    """It costs nothing of the allowance, and serves tracks that were withdrawn after the licence.

    Each link is on record before it is returned; a track of a licence has as many as a download.

    Raises SpecialLicenseNotFound for what is not the caller's or not paid, SpecialLicenseRevoked, DownloadNotPaid,
    TrackNotLicensed, TrackNotFound, RenditionNotFound, NoLinksLeft (an operator gets a case), AccountRestricted, the
    refusals of accounts that are not active, and Unavailable.
    """

    accounts: Accounts
    restrictions: Restrictions
    orders: Orders
    agreements: MusicAgreements
    licenses: Licenses
    tracks: Tracks
    issued: SpecialLinks
    cases: Cases
    publications: Publications
    links: LinkSigner
    clock: Clock
    ids: Ids

    def __call__(self, request: SpecialLinkRequest) -> Link:
        now = self.clock.now()
        account = self.accounts.get(request.account_id)
        require_may(account, Act.LINK, self.restrictions.restriction(account.id), now)
        self._require_licensed(request)
        require_downloadable(request.rendition)
        track = self.tracks.get(request.track_id)
        file = track.rendition(request.rendition)
        name = file_name_for(track.artist, track.title, file.format)
        link = self.links.sign(file.key, name, file.media_type, now)
        self._record(request, now)
        return link

    def _require_licensed(self, request: SpecialLinkRequest) -> None:
        try:
            of = self.agreements.get(request.account_id, request.order_id).agreement
        except MusicAgreementNotFound:
            raise SpecialLicenseNotFound("This order has no special licence, or its letter is not made yet.") from None
        if not isinstance(of, SpecialLicense):
            raise SpecialLicenseNotFound("This order has a music licence agreement, and no special licence.")
        require_kept_payment(self.orders.get(request.account_id, request.order_id))
        revocation = self.licenses.public(of.number).state.revocation
        if revocation is not None:
            raise SpecialLicenseRevoked("This licence was revoked.", revoked_at=revocation.revoked_at)
        licensed = [each.track_id for each in of.grant.tracks]
        if request.track_id not in licensed:
            raise TrackNotLicensed("This licence does not name the track.", tracks=licensed)

    def _record(self, request: SpecialLinkRequest, now: datetime) -> None:
        file = LicensedFile(request.account_id, request.order_id, request.track_id)
        most = most_links(self.publications, now)
        link = IssuedLink(
            self.ids.new("link"), file.account_id, file.download_id, now, request.source_ip, request.user_agent
        )
        try:
            self.issued.record(file, link, most)
        except NoLinksLeft:
            evidence = {"order_id": file.order_id, "track_id": file.track_id, "limit": most}
            self.cases.open(new_case(file.account_id, LINKS_EXHAUSTED, now, evidence))
            raise
