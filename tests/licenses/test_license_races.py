"""Threads on one download and one account, on the real DynamoDB: one licence, one end user (M-III.6, design 6.3)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.dynamodb import DynamoAccounts, ProfileItem
from allmytracks.accounts.rules import Account, AccountKind
from allmytracks.accounts.rules_billing import Billing
from allmytracks.accounts.rules_end_users import EndUserBound, EndUsers, Licensee, LicenseeKind
from allmytracks.downloads.dynamodb import DownloadItem, DynamoDownloads, to_item
from allmytracks.downloads.rules import Project, Use
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.aws.keys import PROFILE, account_key
from allmytracks.foundation.aws.models import Table, bind
from allmytracks.foundation.errors import Conflict, Unavailable
from allmytracks.foundation.system_time_and_ids import RandomIds
from allmytracks.licenses.agreements.dynamodb import DynamoMusicAgreements
from allmytracks.licenses.agreements.use_cases.issue_music_agreement import IssueMusicAgreement
from allmytracks.licenses.dynamodb import DynamoLicenses
from allmytracks.licenses.rules import DownloadAlreadyLicensed, Letter
from allmytracks.licenses.states.rules import LicenseStatus, Revocation, RevocationReason, SupersessionReason
from allmytracks.licenses.states.rules_corrections import NameCorrection
from allmytracks.licenses.states.use_cases.named_documents import NamedDocuments
from allmytracks.licenses.states.use_cases.supersede_license import SupersedeLicense
from allmytracks.licenses.use_cases.issue_license import IssueLicense, LicenseApplication
from allmytracks.memberships.dynamodb import MEMBERSHIP, DynamoMemberships, MembershipItem, to_text
from allmytracks.memberships.rules_rights import ProjectKind
from tests.factories.accounts import account
from tests.factories.licenses import ACME, ADA, ENTERPRISE_USE, LICENSOR, LicenseWorld, application, grant
from tests.factories.memberships import period, purchase_of
from tests.factories.payments import an_order
from tests.fakes.accounts import MemoryBillingParticulars
from tests.fakes.foundation import MemoryAuditLog
from tests.fakes.orders import MemoryOrders

THREADS = 24
pytestmark = pytest.mark.dynamodb


class Races:
    """The use case on DynamoDB; keys and documents in memory."""

    def __init__(self, table: Table, plan: str = "premium") -> None:
        self.world, self.table = LicenseWorld(plan), table
        self.accounts, self.downloads, self.licenses = (
            DynamoAccounts(table),
            DynamoDownloads(table),
            DynamoLicenses(table),
        )
        self.accounts.add(account(), [])
        text = to_text([purchase_of(period(plan))])
        bind(MembershipItem, table)(account_key("acc-1"), MEMBERSHIP, revision=1, purchases=text).save()
        self._items = bind(DownloadItem, table)
        self.licenses.issued("nobody", "key")  # one client for all threads, made before they start
        self.issue: IssueLicense = dataclasses.replace(
            self.world.issue, accounts=self.accounts, downloads=self.downloads, licenses=self.licenses
        )

    def download(self, key: str) -> str:
        granted = grant(key)
        to_item(self._items, granted).save()
        return granted.download_id

    def all_at_once(self, applications: list[LicenseApplication]) -> list[str]:
        """What each thread got: a number, or the code of its refusal."""

        def ask(one: LicenseApplication) -> str:
            while True:
                try:
                    return self.issue(one).letter.license.number
                except Unavailable:
                    continue
                except (DownloadAlreadyLicensed, EndUserBound) as refusal:
                    return refusal.code

        with ThreadPoolExecutor(THREADS) as threads:
            return list(threads.map(ask, applications))


@pytest.fixture
def races(accounts_table: Table) -> Races:
    return Races(accounts_table)


@pytest.fixture
def business_races(accounts_table: Table) -> Races:
    return Races(accounts_table, "business")


def bound_use(letter: Letter) -> Use:
    of = letter.license
    return Use(of.project, of.purpose, of.platform)


def numbers(answers: list[str]) -> set[str]:
    return {each for each in answers if each.startswith("AMT-")}


@pytest.mark.clause("M-III.6.2")
def test_many_equal_applications_under_keys_of_their_own_make_one_licence(races: Races) -> None:
    download_id = races.download("key-1")
    answers = races.all_at_once([application(download_id, f"license-{n}") for n in range(THREADS)])
    assert len(numbers(answers)) == 1
    assert answers.count("download_already_licensed") == THREADS - 1
    assert len(races.licenses.page("acc-1", limit=100, cursor=None).items) == 1


def by_key(download_id: str) -> Callable[[int], LicenseApplication]:
    def make(n: int) -> LicenseApplication:
        use = Use(Project(f"Film {n}", ProjectKind.PERSONAL), "social_media", "youtube")
        return application(download_id, f"license-{n}", use=use)

    return make


@pytest.mark.clause("M-III.6.2", "M-III.8.default")
def test_many_applications_for_one_download_make_one_licence(races: Races) -> None:
    download_id = races.download("key-1")
    answers = races.all_at_once([by_key(download_id)(n) for n in range(THREADS)])
    (number,) = numbers(answers)
    assert answers.count("download_already_licensed") == THREADS - 1
    page = races.licenses.page("acc-1", limit=100, cursor=None)
    assert [letter.license.number for letter in page.items] == [number]
    assert races.downloads.get("acc-1", download_id).use == bound_use(page.items[0])


def test_one_application_sent_many_times_gets_one_letter(races: Races) -> None:
    asked = application(races.download("key-1"))
    assert len(set(races.all_at_once([asked] * THREADS))) == 1
    assert len(races.licenses.page("acc-1", limit=100, cursor=None).items) == 1


@pytest.mark.clause("M-III.6.1", "U-III.II.1")
def test_many_end_users_at_once_bind_one(races: Races) -> None:
    asked = [
        application(races.download(f"key-{n}"), f"license-{n}", licensee=replace(ADA, name=f"Person {n % 6}"))
        for n in range(THREADS)
    ]
    answers = races.all_at_once(asked)
    end_user = races.accounts.get("acc-1").end_user
    licensed = races.licenses.page("acc-1", limit=100, cursor=None).items
    assert {letter.license.end_user for letter in licensed} == {end_user}
    assert len(numbers(answers)) == len(licensed) == THREADS // 6
    assert answers.count("end_user_bound") == THREADS - THREADS // 6


class Overtaken(DynamoAccounts):
    """Accounts whose first read is followed by `meanwhile`."""

    def __init__(self, table: Table, meanwhile: Callable[[], object]) -> None:
        super().__init__(table)
        self._meanwhile: Callable[[], object] | None = meanwhile

    def get(self, account_id: str) -> Account:
        read, meanwhile = super().get(account_id), self._meanwhile
        if meanwhile is not None:
            self._meanwhile = None
            meanwhile()
        return read


@dataclass
class Parties:
    """Letters and the music licence agreement of one account, on the real DynamoDB."""

    races: Races

    def __post_init__(self) -> None:
        self.agreements, orders, billing = (
            DynamoMusicAgreements(self.races.table),
            MemoryOrders(),
            MemoryBillingParticulars(),
        )
        orders.add(an_order("ord-1", plan_id="business", amount=5990))
        billing.put("acc-1", Billing("Acme Films Ltd", ("1 Harbour Road",), "HK"))
        self.issue_agreement = IssueMusicAgreement(
            orders=orders,
            memberships=DynamoMemberships(self.races.table),
            accounts=self.races.accounts,
            billing=billing,
            publications=self.races.world.publications,
            agreements=self.agreements,
            print_letter=self.races.issue.print_letter,
            events=self.races.world.events,
            clock=self.races.world.clock,
            ids=RandomIds(),
            licensor=LICENSOR,
        )

    def agree(self, accounts: DynamoAccounts | None = None) -> object:
        return dataclasses.replace(self.issue_agreement, accounts=accounts or self.races.accounts)("acc-1", "ord-1")

    def license(self, n: int, studio: str, accounts: DynamoAccounts | None = None) -> str:
        licensee = Licensee(studio, LicenseeKind.ENTERPRISE)
        asked = application(self.races.download(f"key-{n}"), f"license-{n}", licensee=licensee, use=ENTERPRISE_USE)
        return dataclasses.replace(self.races.issue, accounts=accounts or self.races.accounts)(
            asked
        ).letter.license.number

    def end_users(self) -> set[str | None]:
        """All names on documents of the account."""
        letters = self.races.licenses.page("acc-1", limit=100, cursor=None).items
        return {self.agreements.get("acc-1", "ord-1").agreement.end_user, *(each.license.end_user for each in letters)}


@pytest.mark.clause("U-III.II.2", "U-III.II.1")
def test_letters_and_the_agreement_at_once_bind_one(business_races: Races) -> None:
    parties = Parties(business_races)

    def act(n: int) -> str:
        return until_done(lambda: str(parties.agree()) if n % 6 == 0 else parties.license(n, f"Studio {n % 6}"))

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(act, range(THREADS)))
    assert parties.end_users() == {business_races.accounts.get("acc-1").end_user}


@pytest.mark.clause("U-III.II.2", "U-III.II.1")
def test_an_agreement_that_a_letter_overtakes_names_the_letters_end_user(business_races: Races) -> None:
    parties = Parties(business_races)
    parties.agree(Overtaken(business_races.table, lambda: parties.license(1, "Studio Nord GmbH")))
    assert parties.end_users() == {"Studio Nord GmbH"} == {business_races.accounts.get("acc-1").end_user}


@pytest.mark.clause("U-III.II.2", "U-III.II.1")
def test_a_letter_that_the_agreement_overtakes_is_refused(business_races: Races) -> None:
    parties = Parties(business_races)
    with pytest.raises(EndUserBound):
        parties.license(1, "Studio Nord GmbH", Overtaken(business_races.table, parties.agree))
    assert parties.end_users() == {"Acme Films Ltd"} == {business_races.accounts.get("acc-1").end_user}


OPERATOR = Operator("arn:aws:iam::123456789012:user/ada", "192.0.2.7")


@pytest.fixture
def supersede(races: Races) -> SupersedeLicense:
    world = races.world
    return SupersedeLicense(
        licenses=races.licenses,
        accounts=races.accounts,
        documents=NamedDocuments(races.licenses, DynamoMusicAgreements(races.table), races.issue.print_letter),
        events=world.events,
        audit=Audit(MemoryAuditLog(), world.clock, RandomIds()),
        clock=world.clock,
        ids=RandomIds(),
    )


def until_done(act: Callable[[], str]) -> str:
    """The result of an act, or the code of its refusal."""
    while True:
        try:
            return act()
        except Unavailable:
            continue
        except Conflict as refusal:
            return refusal.code


@pytest.mark.clause("M-III.8.apply")
def test_many_corrections_of_one_letter_make_one(races: Races, supersede: SupersedeLicense) -> None:
    number = races.issue(application(races.download("key-1"))).letter.license.number

    def correct(n: int) -> str:
        correction = NameCorrection(licensee=("Ada Lovelaca", "Ada Lovelacy", "Ada Lovelacz")[n % 3])
        reason = SupersessionReason.MISSPELT_NAME
        return until_done(lambda: supersede(number, correction, reason, OPERATOR).of.number)

    with ThreadPoolExecutor(THREADS) as threads:
        answers = list(threads.map(correct, range(THREADS)))
    (successor,) = numbers(answers)
    assert answers.count("license_superseded") == THREADS - THREADS // 3
    assert races.licenses.public(number).superseded_by == successor
    letters = races.licenses.page("acc-1", limit=100, cursor=None).items
    assert {letter.license.number for letter in letters} == {number, successor}
    assert races.accounts.get("acc-1").end_user == races.licenses.get("acc-1", successor).license.end_user


@pytest.mark.clause("M-III.8.apply", "U-III.II.1")
def test_letters_that_are_issued_during_a_correction_follow_it_or_are_refused(
    races: Races, supersede: SupersedeLicense
) -> None:
    number = races.issue(application(races.download("key-0"), "license-0")).letter.license.number
    downloads = [races.download(f"key-{n}") for n in range(1, THREADS)]
    correction, reason = NameCorrection(licensee="Ada Lovelaice"), SupersessionReason.MISSPELT_NAME

    def act(n: int) -> str:
        if n == THREADS // 2:
            return until_done(lambda: supersede(number, correction, reason, OPERATOR).of.number)
        asked = application(downloads[n - 1], f"license-{n}")
        return until_done(lambda: races.issue(asked).letter.license.number)

    with ThreadPoolExecutor(THREADS) as threads:
        answers = list(threads.map(act, range(1, THREADS)))
    cursor: str | None = None
    while True:  # as the command does
        part = supersede(number, correction, reason, OPERATOR, cursor=cursor)
        cursor = part.next_cursor
        if cursor is None:
            break
    letters = races.licenses.page("acc-1", limit=100, cursor=None).items
    valid = [letter.license for letter in letters if letter.state.status is LicenseStatus.VALID]
    assert {each.end_user for each in valid} == {"Ada Lovelaice"}
    assert len(valid) == len({each.download_id for each in valid}) == len(letters) / 2
    assert set(answers) - numbers(answers) <= {"end_user_bound"}


@pytest.mark.clause("M-III.5.revoke")
def test_a_letter_is_revoked_once_and_never_superseded_afterwards(races: Races, supersede: SupersedeLicense) -> None:
    letters = [races.issue(application(races.download(f"key-{n}"), f"license-{n}")).letter for n in range(4)]
    asked = [letter.license.number for letter in letters] * (THREADS // 4)

    def act(n: int) -> str:
        number = asked[n]
        if n // 4 == 1:
            correction, reason = NameCorrection(licensee="Ada Lovelaice"), SupersessionReason.MISSPELT_NAME
            return until_done(lambda: supersede(number, correction, reason, OPERATOR).of.number)
        revocation = Revocation(races.world.clock.now() + timedelta(seconds=n), RevocationReason.IMPERSONATION)
        return until_done(lambda: str(races.licenses.revoke(number, revocation).revoked_at))

    with ThreadPoolExecutor(THREADS) as threads:
        answers = list(threads.map(act, range(len(asked))))
    for n, letter in enumerate(letters):
        told = {answers[each] for each in range(n, THREADS, 4) if each // 4 != 1}
        public = races.licenses.public(letter.license.number)
        assert told == {str(public.revoked_at)}
        assert answers[n + 4] in {"license_revoked", public.superseded_by}


@pytest.mark.clause("M-III.6.1")
def test_a_further_user_is_licensed_from_the_authorisation_on(accounts_table: Table) -> None:
    races = Races(accounts_table, "business")
    races.issue(application(races.download("key-0"), "license-0", licensee=ACME, use=ENTERPRISE_USE))
    bind(ProfileItem, races.table)(account_key("acc-1"), PROFILE).update(
        actions=[ProfileItem.kind.set(AccountKind.ENTERPRISE.value)]
    )
    downloads = [races.download(f"key-{n}") for n in range(1, THREADS)]

    def act(n: int) -> str:
        if n == 0:
            races.accounts.authorise_user("acc-1", "Grace Hopper Ltd", races.world.clock.now())
            return ""
        asked = application(
            downloads[n - 1], f"license-{n}", licensee=replace(ACME, name="Grace Hopper Ltd"), use=ENTERPRISE_USE
        )
        return until_done(lambda: races.issue(asked).letter.license.number)

    with ThreadPoolExecutor(THREADS) as threads:
        answers = list(threads.map(act, range(THREADS)))
    assert set(answers[1:]) - numbers(answers) <= {"end_user_bound"}
    assert numbers([act(THREADS - 1)])
    users = races.accounts.get("acc-1").end_users
    assert users == EndUsers("Acme Films Ltd", frozenset({"Grace Hopper Ltd"}))
    licensed = races.licenses.page("acc-1", limit=100, cursor=None).items
    assert {letter.license.end_user for letter in licensed} == {"Acme Films Ltd", "Grace Hopper Ltd"}
