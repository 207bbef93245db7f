"""The records of licences: the twin in memory and DynamoDB keep one contract."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_end_users import EndUserChange, EndUsers, NamedEndUser, Respelling
from allmytracks.downloads.dynamodb import DownloadItem, DynamoDownloads, to_item
from allmytracks.downloads.dynamodb_links import DynamoIssuedLinks
from allmytracks.downloads.ports import Downloads
from allmytracks.downloads.ports_links import IssuedLinks
from allmytracks.downloads.rules import (
    DownloadNotFound,
    Grant,
    Project,
    Use,
    download_id_for,
)
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind
from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.system_time_and_ids import RandomIds
from allmytracks.licenses.dynamodb import DynamoLicenses
from allmytracks.licenses.dynamodb_letters import LetterItem, letter_sk
from allmytracks.licenses.ports import Binding, LicenseRequest, Licenses
from allmytracks.licenses.rules import License, LicensedUse, public_view
from allmytracks.licenses.rules_numbers import LicenseNotFound, license_number
from allmytracks.licenses.states.rules import (
    LicenseState,
    LicenseStatus,
    Revocation,
    RevocationReason,
    StateChange,
    Supersession,
    SupersessionReason,
)
from allmytracks.memberships.dynamodb import MEMBERSHIP, MembershipItem, to_text
from allmytracks.memberships.rules_rights import ProjectKind
from tests.factories.accounts import account, becomes
from tests.factories.instants import NOW
from tests.factories.licenses import (
    ACME,
    HOLIDAY,
    PERSONAL_USE,
    STUDIO,
    grant,
    letter_of,
    license_of,
    licensed_use,
)
from tests.factories.memberships import period, purchase_of
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.downloads import MemoryDownloads
from tests.fakes.issued_links import MemoryIssuedLinks
from tests.fakes.licenses import MemoryLicenses


class Store:
    """Licences beside the accounts and downloads that issuing one binds."""

    def __init__(
        self,
        licenses: Licenses,
        accounts: Accounts,
        downloads: Downloads,
        links: IssuedLinks,
        put: Callable[[Grant], object],
    ) -> None:
        self.licenses, self.accounts, self.downloads, self.links, self._put = licenses, accounts, downloads, links, put

    def download(self, key: str = "key-1", account_id: str = "acc-1", use: Use | None = None) -> str:
        granted = grant(key, account_id, use)
        self._put(granted)
        return granted.download_id

    def issue(
        self, license_: License, key: str = "r-1", use: LicensedUse | None = None, end_user: str | None = None
    ) -> bool:
        binding = Binding(use or licensed_use(), NamedEndUser(end_user or license_.end_user))
        return self.licenses.issue(letter_of(license_), LicenseRequest(key, f"print-{key}"), binding)


def number() -> str:
    return license_number(RandomIds().new("license"))


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def store(request: pytest.FixtureRequest) -> Store:
    if request.param == "memory":
        accounts, downloads = MemoryAccounts(), MemoryDownloads()

        def put(granted: Grant) -> None:
            downloads.records[granted.account_id].grants[granted.download_id] = granted

        made = Store(MemoryLicenses(accounts, downloads), accounts, downloads, MemoryIssuedLinks(downloads), put)
        for account_id in ("acc-1", "acc-2", "acc-3"):
            downloads.set_periods(account_id, [period()])
    else:
        return _dynamodb_store(request.getfixturevalue("accounts_table"))
    for account_id in ("acc-1", "acc-2"):
        made.accounts.add(account(account_id), [])
    return made


def _dynamodb_store(table: Table) -> Store:
    model = bind(DownloadItem, table)
    made = Store(
        DynamoLicenses(table),
        DynamoAccounts(table),
        DynamoDownloads(table),
        DynamoIssuedLinks(table),
        lambda granted: to_item(model, granted).save(),
    )
    for account_id in ("acc-1", "acc-2"):
        text = to_text([purchase_of(period())])
        bind(MembershipItem, table)(account_key(account_id), MEMBERSHIP, revision=1, purchases=text).save()
        made.accounts.add(account(account_id), [])
    return made


def test_the_statement_is_on_the_public_record(store: Store) -> None:
    license_ = license_of(number(), store.download())
    letter = replace(letter_of(license_), statement="signed.by.us")
    binding = Binding(licensed_use(), NamedEndUser(license_.end_user))
    assert store.licenses.issue(letter, LicenseRequest("r-1", "print-1"), binding)

    assert store.licenses.public(license_.number) == public_view(letter)
    assert store.licenses.public(license_.number).statement == "signed.by.us"


def nothing_was_written(store: Store, license_: License, key: str = "r-1") -> None:
    assert store.licenses.issued("acc-1", key) is None
    for read in (lambda: store.licenses.public(license_.number), lambda: store.licenses.get("acc-1", license_.number)):
        with pytest.raises(LicenseNotFound):
            read()


@pytest.mark.clause("M-III.6.1", "M-III.8.default")
def test_an_issued_licence_is_read_back_and_binds(store: Store) -> None:
    license_ = license_of(number(), store.download(), ACME, STUDIO)
    assert store.issue(license_)
    letter = letter_of(license_)
    assert store.licenses.get("acc-1", license_.number) == letter
    assert store.licenses.public(license_.number) == public_view(letter)
    issued = store.licenses.issued("acc-1", "r-1")
    assert issued is not None
    assert (issued.letter, issued.fingerprint) == (letter, "print-r-1")
    assert store.accounts.get("acc-1").end_user == STUDIO.name
    download = store.downloads.get("acc-1", license_.download_id)
    assert (download.use, download.license_number) == (PERSONAL_USE, license_.number)


@pytest.mark.clause("M-III.6.2")
def test_a_licensed_use_names_its_download_and_that_name_is_no_download_of_its_own(store: Store) -> None:
    download_id = store.download()
    license_ = license_of(number(), download_id)
    assert store.issue(license_)
    name = download_id_for("acc-1", license_.work.track_id, PERSONAL_USE)
    assert name != download_id
    with pytest.raises(DownloadNotFound):
        store.downloads.get("acc-1", name)
    assert [each.id for each in store.downloads.page("acc-1", limit=9, cursor=None).items] == [download_id]


def test_a_revoked_download_gets_no_licence(store: Store) -> None:
    license_ = license_of(number(), store.download())
    store.links.revoke("acc-1", license_.download_id, NOW)
    assert not store.issue(license_)
    nothing_was_written(store, license_)


def test_others_see_the_public_record_alone(store: Store) -> None:
    license_ = license_of(number(), store.download())
    assert store.issue(license_)
    assert store.licenses.issued("acc-2", "r-1") is None
    assert store.licenses.page("acc-2", limit=10, cursor=None).items == []
    with pytest.raises(LicenseNotFound):
        store.licenses.get("acc-2", license_.number)
    assert "Lovelace" not in repr(store.licenses.public(license_.number))


@pytest.mark.clause("M-III.6.2")
def test_a_licensed_download_is_not_licensed_again(store: Store) -> None:
    download_id = store.download()
    first, second = license_of(number(), download_id), license_of(number(), download_id)
    assert store.issue(first)
    assert not store.issue(second, "r-2")
    nothing_was_written(store, second, "r-2")
    assert store.downloads.get("acc-1", download_id).license_number == first.number


@pytest.mark.parametrize(
    "bound",
    [
        Use(Project("Another film", ProjectKind.PERSONAL)),
        Use(Project(HOLIDAY.name, ProjectKind.ENTERPRISE)),
        Use(purpose="academic"),
        Use(platform="TikTok"),
    ],
)
@pytest.mark.clause("M-III.6.2", "M-III.8.default")
def test_a_download_that_is_bound_otherwise_is_not_licensed(store: Store, bound: Use) -> None:
    license_ = license_of(number(), store.download(use=bound))
    assert not store.issue(license_)
    nothing_was_written(store, license_)
    assert store.downloads.get("acc-1", license_.download_id).use == bound


def test_a_download_that_is_bound_alike_is_licensed(store: Store) -> None:
    assert store.issue(license_of(number(), store.download(use=PERSONAL_USE)))


def test_a_platform_is_bound_only_where_one_is_named(store: Store) -> None:
    use = LicensedUse(HOLIDAY, "social_media", None)
    download_id = store.download(use=Use(platform="TikTok"))
    assert store.issue(license_of(number(), download_id), use=use)
    assert store.downloads.get("acc-1", download_id).use.purpose == "social_media"


@pytest.mark.clause("U-III.II.1", "M-III.6.1")
def test_another_end_user_is_not_licensed(store: Store) -> None:
    assert store.issue(license_of(number(), store.download()))
    other = license_of(number(), store.download("key-2"), ACME)
    assert not store.issue(other, "r-2")
    nothing_was_written(store, other, "r-2")
    assert store.issue(license_of(number(), store.download("key-3")), "r-3")
    assert store.accounts.get("acc-1").end_user == "Ada Lovelace"


def test_unknown_downloads_and_inactive_accounts_are_not_licensed(store: Store) -> None:
    unknown = license_of(number(), "dl_unknown")
    assert not store.issue(unknown)
    assert not store.issue(license_of(number(), "dl_unknown", account_id="acc-9"))
    frozen = license_of(number(), store.download())
    becomes(store.accounts, "acc-1", AccountStatus.FROZEN)
    assert not store.issue(frozen)
    nothing_was_written(store, frozen)


def test_a_request_and_a_number_serve_once(store: Store) -> None:
    first = license_of(number(), store.download())
    assert store.issue(first)
    assert not store.issue(license_of(number(), store.download("key-2")))
    assert not store.issue(license_of(first.number, store.download("key-3")), "r-3")
    assert store.issue(license_of(number(), store.download("key-2")), "r-2")


def test_pages_show_the_newest_first(store: Store) -> None:
    made = []
    for n in range(5):
        made.append(
            license_of(number(), store.download(f"key-{n}"), issued_at=NOW + timedelta(minutes=n))  # one after another
        )
        assert store.issue(made[-1], f"r-{n}")
    seen, cursor = [], None
    for _ in range(4):
        page = store.licenses.page("acc-1", limit=2, cursor=cursor)
        seen += [letter.license for letter in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == made[::-1]
    with pytest.raises(InvalidFields):
        store.licenses.page("acc-1", limit=2, cursor="%")
    first = store.licenses.issued_since("acc-1", NOW, limit=1, cursor=None)
    later = store.licenses.issued_since("acc-1", NOW + timedelta(minutes=3), limit=9, cursor=first.next_cursor)
    assert [letter.license for letter in later.items] == made[3:]


def test_a_letter_keeps_every_field(store: Store) -> None:
    license_ = replace(license_of(number(), store.download(), ACME, STUDIO), platform=None)
    assert store.issue(license_)
    assert store.licenses.get("acc-1", license_.number).license == license_


REVOKED = Revocation(NOW + timedelta(days=1), RevocationReason.IMPERSONATION)


@pytest.mark.clause("M-III.5.revoke")
def test_a_licence_is_revoked_once_and_for_good(store: Store) -> None:
    license_ = license_of(number(), store.download())
    assert store.issue(license_)
    assert store.licenses.public(license_.number).status is LicenseStatus.VALID
    assert store.licenses.revoke(license_.number, REVOKED) == REVOKED
    later = replace(REVOKED, revoked_at=NOW + timedelta(days=2), reason=RevocationReason.UNTRUE_DATA)
    assert store.licenses.revoke(license_.number, later) == REVOKED
    public = store.licenses.public(license_.number)
    assert (public.status, public.revoked_at) == (LicenseStatus.REVOKED, REVOKED.revoked_at)
    assert replace(public, state=LicenseState()) == public_view(letter_of(license_))
    letter = store.licenses.get("acc-1", license_.number)
    assert letter == replace(letter_of(license_), state=LicenseState(REVOKED))
    assert store.licenses.page("acc-1", limit=1, cursor=None).items == [letter]
    issued = store.licenses.issued("acc-1", "r-1")
    assert issued is not None
    assert issued.letter == letter


def test_what_there_is_not_has_no_owner_and_cannot_be_revoked(store: Store) -> None:
    unknown = number()
    for act in (lambda: store.licenses.owner(unknown), lambda: store.licenses.revoke(unknown, REVOKED)):
        with pytest.raises(LicenseNotFound):
            act()
    assert list(store.licenses.state_changes(NOW, NOW + timedelta(days=9))) == []
    license_ = license_of(number(), store.download())
    assert store.issue(license_)
    assert store.licenses.owner(license_.number) == "acc-1"


def test_what_became_of_licences_is_listed_by_its_time(store: Store) -> None:
    made = []
    for n in range(4):
        license_ = license_of(number(), store.download(f"key-{n}"))
        assert store.issue(license_, f"r-{n}")
        revocation = Revocation(NOW + timedelta(days=20 * n), RevocationReason.ROBOT_PURCHASE, run=NOW)
        made.append(StateChange(license_.number, store.licenses.revoke(license_.number, revocation)))
    assert list(store.licenses.state_changes(NOW, NOW + timedelta(days=61))) == made
    assert list(store.licenses.state_changes(made[1].at, made[3].at)) == made[1:3]
    assert list(store.licenses.state_changes(NOW + timedelta(days=61), NOW + timedelta(days=90))) == []


@pytest.mark.dynamodb
def test_a_licence_with_an_erased_letter_can_be_revoked(accounts_table: Table) -> None:
    store = _dynamodb_store(accounts_table)
    license_ = license_of(number(), store.download())
    assert store.issue(license_)
    bind(LetterItem, accounts_table)(account_key("acc-1"), letter_sk(license_.number)).delete()
    assert store.licenses.revoke(license_.number, REVOKED) == REVOKED
    assert store.licenses.public(license_.number).revoked_at == REVOKED.revoked_at


def correct(
    store: Store, old: License, name: str = "Ada Lovelaice", was: EndUsers | None = None
) -> tuple[License, bool]:
    """The superseding letter, and whether it was recorded."""
    license_ = replace(old, number=number(), licensee=replace(old.licensee, name=name), supersedes=old.number)
    change = EndUserChange(was or store.accounts.get("acc-1").end_users, EndUsers(name))
    supersession = Supersession(NOW + timedelta(days=1), license_.number, SupersessionReason.MISSPELT_NAME)
    return license_, store.licenses.supersede(letter_of(license_), supersession, change)


@pytest.mark.clause("M-III.8.apply", "U-III.II.1")
def test_a_superseding_letter_takes_the_place_of_another(store: Store) -> None:
    old = license_of(number(), store.download())
    assert store.issue(old)
    new, done = correct(store, old)
    assert done
    public, successor = store.licenses.public(old.number), store.licenses.public(new.number)
    assert (public.status, public.superseded_by) == (LicenseStatus.SUPERSEDED, new.number)
    assert replace(public, state=LicenseState()) == public_view(letter_of(old))
    assert successor == public_view(letter_of(new))
    assert (successor.status, successor.supersedes) == (LicenseStatus.VALID, old.number)
    assert store.licenses.owner(new.number) == "acc-1"
    letters = store.licenses.page("acc-1", limit=9, cursor=None).items
    assert {each.license.number: each.state.status.value for each in letters} == {
        old.number: "superseded",
        new.number: "valid",
    }
    assert store.licenses.get("acc-1", old.number).license == old
    assert store.accounts.get("acc-1").end_user == "Ada Lovelaice"
    assert store.downloads.get("acc-1", old.download_id).license_number == new.number
    changes = list(store.licenses.state_changes(NOW, NOW + timedelta(days=2)))
    assert [(each.number, each.at) for each in changes] == [(old.number, NOW + timedelta(days=1))]
    assert not store.issue(license_of(number(), store.download("key-2")), "r-2")
    renamed = license_of(number(), store.download("key-3"), replace(old.licensee, name="Ada Lovelaice"))
    assert store.issue(renamed, "r-3")


def test_a_licence_is_superseded_once_and_a_revoked_one_never(store: Store) -> None:
    old, revoked = license_of(number(), store.download()), license_of(number(), store.download("key-2"))
    assert store.issue(old)
    assert store.issue(revoked, "r-2")
    store.licenses.revoke(revoked.number, REVOKED)
    new, done = correct(store, old)
    assert done
    for license_ in (old, revoked):
        another, again = correct(store, license_, "Ada Lovelanace", EndUsers("Ada Lovelaice"))
        assert not again
        nothing_was_written(store, another, "r-9")
    assert store.licenses.public(old.number).superseded_by == new.number
    assert store.accounts.get("acc-1").end_user == "Ada Lovelaice"
    store.licenses.revoke(old.number, REVOKED)
    public = store.licenses.public(old.number)
    assert (public.status, public.superseded_by) == (LicenseStatus.REVOKED, new.number)


def test_a_correction_that_read_other_end_users_is_not_written(store: Store) -> None:
    old = license_of(number(), store.download())
    assert store.issue(old)
    stale = [EndUsers("Ada Lovelace", frozenset({"Studio Nord GmbH"})), EndUsers(None)]
    for before in stale:
        another, done = correct(store, old, was=before)
        assert not done
        nothing_was_written(store, another, "r-9")
    assert store.licenses.public(old.number).status is LicenseStatus.VALID
    assert store.accounts.get("acc-1").end_users == EndUsers("Ada Lovelace")


@pytest.mark.clause("M-III.8.apply")
def test_a_correction_is_stored_and_conditional_on_what_it_read(store: Store) -> None:
    old, other = license_of(number(), store.download()), license_of(number(), store.download("key-2"))
    assert store.issue(old)
    assert store.issue(other, "r-2")
    read = store.accounts.get("acc-1").end_users
    after = read.corrected(Respelling("Ada Lovelace", "Ada Lovelaice"))
    for license_, before, done in (
        (old, read, True),
        (other, replace(after, respellings=()), False),
        (other, after, True),
    ):
        new = replace(
            license_,
            number=number(),
            licensee=replace(license_.licensee, name="Ada Lovelaice"),
            supersedes=license_.number,
        )
        supersession = Supersession(NOW, new.number, SupersessionReason.MISSPELT_NAME)
        assert store.licenses.supersede(letter_of(new), supersession, EndUserChange(before, after)) is done
        assert store.accounts.get("acc-1").end_users == after
    assert after.respellings == (Respelling("Ada Lovelace", "Ada Lovelaice"),)


def test_all_letters_are_read_in_parts(store: Store) -> None:
    for n in range(5):
        assert store.issue(license_of(number(), store.download(f"key-{n}")), f"r-{n}")
    foreign = license_of(number(), store.download("key-9", "acc-2"), account_id="acc-2")
    assert store.issue(foreign, "r-9")
    found, cursor, parts = [], None, 0
    while parts == 0 or cursor is not None:
        page = store.licenses.whole("acc-1", limit=2, cursor=cursor)
        found += [letter.license.number for letter in page.items]
        cursor, parts = page.next_cursor, parts + 1
    own = {letter.license.number for letter in store.licenses.page("acc-1", limit=9, cursor=None).items}
    assert found == sorted(own)
    assert len(found) == 5
    with pytest.raises(InvalidFields):
        store.licenses.whole("acc-1", limit=2, cursor="%")


@pytest.mark.clause("M-III.6.1")
def test_a_further_user_who_is_not_one_any_more_is_not_licensed(store: Store) -> None:
    """A correction of the further user's name, at the moment of the issue, would leave a letter under the old one."""
    license_ = license_of(number(), store.download(), replace(ACME, name="Studio Nort"))
    letter, use = letter_of(license_), licensed_use()
    binding = Binding(use, NamedEndUser("Acme Films Ltd", "Studio Nort"))
    assert not store.licenses.issue(letter, LicenseRequest("r-1", "print"), binding)
    nothing_was_written(store, license_)


@pytest.mark.clause("U-II.III.1.4")
def test_an_enterprise_gets_no_letter_that_was_written_for_an_individual(store: Store) -> None:
    enterprise = replace(account("acc-3"), enterprise_from=NOW)
    store.accounts.add(enterprise, [])
    license_ = license_of(number(), store.download("key-3", "acc-3"), account_id="acc-3")
    for at, written in ((NOW, False), (NOW - timedelta(seconds=1), True)):
        binding = Binding(licensed_use(), NamedEndUser(license_.end_user), individual_at=at)
        assert store.licenses.issue(letter_of(license_), LicenseRequest("r-1", "print"), binding) is written
