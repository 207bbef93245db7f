"""Revoking, correcting and agreeing while DynamoDB fails: done once and whole, whatever failed and when."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules_end_users import NamedEndUser
from allmytracks.downloads.rules_links import IssuedLink, NoLinksLeft
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.system_time_and_ids import RandomIds
from allmytracks.licenses.agreements.dynamodb_special_links import DynamoSpecialLinks
from allmytracks.licenses.agreements.ports import LicensedFile
from allmytracks.licenses.rules_numbers import license_number
from allmytracks.licenses.states.rules import LicenseStatus, RevocationReason, SupersessionReason
from allmytracks.licenses.states.rules_corrections import NameCorrection
from tests.factories.instants import NOW
from tests.factories.music_agreements import SIGNED
from tests.factories.special_licenses import SIGNED as SPECIAL
from tests.factories.special_licenses import TERMS, paid, quoted, returned
from tests.fakes.orders import MemoryOrders
from tests.faults.injector import EVERY_FAULT, Fault
from tests.faults.licenses import Office
from tests.faults.site import DownloadSite

pytestmark = pytest.mark.dynamodb
OPERATOR = Operator("arn:aws:iam::123456789012:user/ada", "192.0.2.7")
faulty = pytest.mark.parametrize(("fault", "failures"), list(itertools.product(EVERY_FAULT, [1, 4])), ids=str)


@pytest.fixture
def office(site: DownloadSite) -> Office:
    return Office(site)


@pytest.mark.clause("M-III.5.revoke")
@faulty
def test_a_licence_is_revoked_once(office: Office, fault: Fault, failures: int) -> None:
    number = office.license.number
    office.under(fault, failures, lambda: office.revoke(number, RevocationReason.IMPERSONATION, OPERATOR))
    public, letter = office.licenses.public(number), office.licenses.get(office.license.account_id, number)
    assert public.revoked_at in {NOW, NOW + timedelta(hours=1)}
    assert letter.state == public.state
    assert {event.detail()["at"] for event in office.events.published} == {
        f"{public.revoked_at:%Y-%m-%dT%H:%M:%S}.000Z"
    }


@pytest.mark.clause("M-III.8.apply")
@faulty
def test_a_letter_is_corrected_once_and_whole(office: Office, fault: Fault, failures: int) -> None:
    number, account_id = office.license.number, office.license.account_id
    correction, reason = NameCorrection(licensee="Ada Lovelaice"), SupersessionReason.MISSPELT_NAME
    office.under(fault, failures, lambda: office.supersede(number, correction, reason, OPERATOR))
    letters = {each.license.number: each for each in office.licenses.page(account_id, limit=9, cursor=None).items}
    (successor,) = set(letters) - {number}
    assert office.licenses.public(number).superseded_by == successor
    assert office.licenses.public(successor).status is LicenseStatus.VALID
    assert letters[successor].license.supersedes == number
    assert office.accounts.get(account_id).end_user == "Ada Lovelaice"
    told = {(event.detail()["license_number"], event.detail()["superseded_by"]) for event in office.events.published}
    assert told == {(number, successor)}


@pytest.mark.clause("M-III.8.apply", "U-III.II.1")
@faulty
def test_every_document_of_the_account_follows_a_correction_once(office: Office, fault: Fault, failures: int) -> None:
    number, account_id = office.license.number, office.license.account_id
    follower, agreement = office.another_letter(), office.agreement()
    correction, reason = NameCorrection(licensee="Ada Lovelaice"), SupersessionReason.MISSPELT_NAME
    office.under(fault, failures, lambda: office.supersede(number, correction, reason, OPERATOR))
    successors = set()
    for old in (number, follower, agreement):
        public = office.licenses.public(old)
        assert public.status is LicenseStatus.SUPERSEDED
        assert public.superseded_by is not None
        assert office.licenses.public(public.superseded_by).status is LicenseStatus.VALID
        successors.add(public.superseded_by)
    letters = office.licenses.page(account_id, limit=9, cursor=None).items
    valid = [each for each in letters if each.state.status is LicenseStatus.VALID]
    assert {each.license.end_user for each in valid} == {"Ada Lovelaice"}
    assert len(letters) == 4
    agreed = office.agreements.get(account_id, SIGNED.agreement.order_id).agreement
    assert (agreed.end_user, {agreed.number} < successors) == ("Ada Lovelaice", True)
    assert len(office.agreements.all_of(account_id)) == 2


@pytest.mark.clause("U-III.I.5")
@faulty
def test_an_order_has_one_agreement(office: Office, fault: Fault, failures: int) -> None:
    account_id, offered = office.license.account_id, []

    def agree() -> None:
        number = license_number(RandomIds().new("license"))
        offered.append(number)
        agreement = replace(SIGNED.agreement, account_id=account_id, number=number)
        office.agreements.add(replace(SIGNED, agreement=agreement), NamedEndUser(office.license.end_user))

    office.under(fault, failures, agree)
    held = office.agreements.get(account_id, SIGNED.agreement.order_id).agreement.number
    assert held in offered
    assert office.licenses.public(held).number == held


@pytest.mark.clause("M-III.6.special")
@faulty
def test_a_special_licence_is_issued_once_and_revoked_once(office: Office, fault: Fault, failures: int) -> None:
    """The worker gets its message again until it succeeds; first the payment arrives, then it goes back."""
    account_id = office.license.account_id
    order = quoted(order_id=f"ord_q-{account_id}", account_id=account_id)
    office.quotes.add(order, TERMS)
    orders = MemoryOrders({order.id: paid(order)})
    issue = office.special(orders)
    office.under(fault, failures, lambda: issue(account_id, order.id))
    number = office.agreements.get(account_id, order.id).agreement.number
    assert office.licenses.public(number).status is LicenseStatus.VALID
    issued = {event.detail()["license_number"] for event in office.events.published}
    assert issued == {number}

    orders.stored[order.id] = returned(order)
    office.under(fault, failures, lambda: issue(account_id, order.id))
    state = office.licenses.public(number).state
    assert state.revocation is not None
    assert state.revocation.reason is RevocationReason.PAYMENT_RETURNED


@pytest.mark.clause("U-II.IV.9")
@faulty
def test_a_link_to_a_licensed_file_is_on_record_once(office: Office, fault: Fault, failures: int) -> None:
    account_id, number = office.license.account_id, license_number(RandomIds().new("license"))
    agreement = replace(SPECIAL.agreement, account_id=account_id, number=number)
    assert office.agreements.add(replace(SPECIAL, agreement=agreement), None)
    issued = DynamoSpecialLinks(office.site.tables["accounts_table"])
    file = LicensedFile(account_id, "ord_q1", "trk-1")
    links = [IssuedLink(f"link_{n}", account_id, file.download_id, NOW, "203.0.113.7", "Phone") for n in range(3)]

    office.under(fault, failures, lambda: issued.record(file, links[0], 2))
    assert issued.of(file) == links[:1]
    issued.record(file, links[1], 2)
    with pytest.raises(NoLinksLeft):
        issued.record(file, links[2], 2)
    assert issued.of(file) == links[:2]
