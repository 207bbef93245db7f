"""Threads on one download and one account, on the real DynamoDB: one licence, one end user (M-III.6, design 6.3)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from allmytracks.adapters.accounts import DynamoAccounts, account_key
from allmytracks.adapters.allowance_item import to_maps
from allmytracks.adapters.downloads import DownloadItem, DynamoDownloads, to_item
from allmytracks.adapters.dynamodb import Table, bind
from allmytracks.adapters.licenses import DynamoLicenses
from allmytracks.adapters.memberships import MEMBERSHIP, MembershipItem
from allmytracks.domain.downloads import Project, Use
from allmytracks.domain.errors import Unavailable
from allmytracks.domain.licensees import EndUserBound
from allmytracks.domain.licenses import DownloadAlreadyLicensed, Letter
from allmytracks.domain.rights import ProjectKind, Purpose
from allmytracks.services.issue_license import IssueLicense, LicenseApplication
from tests.license_samples import ADA, LicenseWorld, application, grant
from tests.samples import account, period

THREADS = 24
pytestmark = pytest.mark.dynamodb


class Races:
    """The use case on DynamoDB; keys and documents in memory."""

    def __init__(self, table: Table) -> None:
        self.world = LicenseWorld()
        self.accounts, self.downloads, self.licenses = (
            DynamoAccounts(table),
            DynamoDownloads(table),
            DynamoLicenses(table),
        )
        self.accounts.add(account(), [])
        maps = to_maps([period()])
        bind(MembershipItem, table)(account_key("acc-1"), MEMBERSHIP, revision=1, periods=maps).save()
        self._items = bind(DownloadItem, table)
        self.licenses.issued("nobody", "key")  # one client for all threads, made before they start
        self.issue: IssueLicense = replace(
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
        use = Use(Project(f"Film {n}", ProjectKind.PERSONAL), Purpose.SOCIAL_MEDIA)
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
