"""Operators look at licences and revoke them, by the operators' API and by the command line."""

from __future__ import annotations

import contextlib
import importlib
import json
import pkgutil
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from allmytracks import operator_routes as ops
from allmytracks.accounts.rules import AccountKind
from allmytracks.foundation.events import Event
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.settings import Settings
from allmytracks.foundation.system_time_and_ids import RandomIds
from allmytracks.licenses.rules import WORDING
from allmytracks.licenses.rules_numbers import license_number
from allmytracks.licenses.states.rules import (
    LicenseState,
    LicenseStatus,
    Revocation,
    RevocationReason,
    SupersessionReason,
)
from allmytracks.notices.use_cases.notify_of_license import LicenseNews, NotifyOfLicense
from allmytracks.payments.events import (
    LicenseIssued,
    LicenseRevoked,
    LicenseSuperseded,
    MusicAgreementIssued,
    ProjectPackRequested,
)
from allmytracks.wiring import services
from functions.ops_api.handler import app as application
from functions.work_notices.handler import handle as work_notices
from tests.factories.catalogue import NOW
from tests.factories.operators import ACCOUNT, AUTHORISE, SUPERSEDE, Api, Backend, Licensed, Run, status
from tests.fakes.foundation import MemoryMailer
from tests.fakes.notices import MemoryNotices
from tests.fakes.wiring import put

ONE, OF_ACCOUNT = "/licenses/{number}/revocation", "/accounts/{account_id}/licenses/revocation"
EVENTS = Path(__file__).parents[2] / "events"
OPENAPI = Path(__file__).parents[2] / "functions" / "get_openapi" / "openapi.json"


@pytest.mark.clause("M-III.5.revoke", "M-III.10", "U-III.III.3")
def test_a_licence_is_revoked_with_a_reason_and_stays_so(backend: Backend, api: Api, licensed: Licensed) -> None:
    first, other = licensed(2)
    code, told = api("POST", ONE, {"reason": "impersonation"}, number=first)
    assert (code, told["newly"], told["revoked_at"]) == (200, True, rfc3339(NOW))
    backend.clock.at = NOW + timedelta(days=1)
    again = api("POST", ONE, {"reason": "untrue_data"}, number=first.lower())[1]
    assert again == {**told, "newly": False}
    assert [status(backend, each) for each in (first, other)] == [LicenseStatus.REVOKED, LicenseStatus.VALID]
    event = LicenseRevoked("acc-1", first, "impersonation", rfc3339(NOW))
    assert backend.events.published == [event, event]
    assert [(act.name, act.subject, act.reason) for act in backend.audit_log.acts] == [
        ("license_revoked", first, "impersonation"),
        ("license_revoked", first, "untrue_data"),
    ]
    shown = api("GET", "/licenses/{number}", number=first)[1]
    assert (shown["public"]["status"], shown["revocation_reason"]) == ("revoked", "impersonation")
    assert (shown["account_id"], shown["licensee"]["name"]) == ("acc-1", "Ada Lovelace")


@pytest.mark.parametrize("reason", ["fraud", "he annoyed me", None])
def test_the_list_of_reasons_is_closed(backend: Backend, api: Api, licensed: Licensed, reason: str | None) -> None:
    (number,) = licensed(1)
    assert api("POST", ONE, {"reason": reason}, number=number)[0] == 422
    assert (status(backend, number), backend.acts, backend.events.published) == (LicenseStatus.VALID, [], [])


def test_a_revocation_is_dated_as_it_is_stored(backend: Backend, api: Api, licensed: Licensed) -> None:
    """Or else the stored one would look like another's, and `newly` be false."""
    first, second = licensed(2)
    backend.clock.at = NOW.replace(microsecond=123_456)
    api("POST", ONE, {"reason": "impersonation"}, number=first)
    api("POST", OF_ACCOUNT, {"reason": "untrue_data", "since": rfc3339(NOW)}, account_id="acc-1")
    for number in (first, second):
        assert backend.licenses.public(number).revoked_at == NOW.replace(microsecond=123_000)


def test_what_there_is_not_is_not_revoked(backend: Backend, api: Api, licensed: Licensed) -> None:
    licensed(1)
    unknown = license_number(RandomIds().new("license"))
    assert api("POST", ONE, {"reason": "impersonation"}, number=unknown)[1]["code"] == "license_not_found"
    body = {"reason": "impersonation", "since": "2026-11-01T00:00:00Z"}
    assert api("POST", OF_ACCOUNT, body, account_id="acc-9")[1]["code"] == "account_not_found"
    without_zone = {**body, "since": "2026-11-01T00:00:00"}
    assert api("POST", OF_ACCOUNT, without_zone, account_id="acc-1")[1]["code"] == "invalid_fields"
    assert api("POST", OF_ACCOUNT, {**body, "cursor": "%"}, account_id="acc-1")[1]["code"] == "invalid_fields"
    assert backend.events.published == []


@pytest.mark.clause("M-III.5.revoke", "M-III.10")
def test_all_of_an_account_since_a_date(backend: Backend, run: Run, licensed: Licensed) -> None:
    numbers = licensed(230)
    since = f"{NOW + timedelta(days=20):%Y-%m-%d}"
    chosen = [each for n, each in enumerate(numbers) if f"{NOW + timedelta(days=n):%Y-%m-%d}" >= since]
    words = ("licenses", "revoke", "--account", "acc-1", "--since", since, "--reason", "robot_purchase")
    counted = run(*words, "--dry-run")
    assert f"{len(chosen)} licences would be revoked" in counted.output, counted.output
    assert {status(backend, each) for each in numbers} == {LicenseStatus.VALID}
    assert backend.events.published == []
    assert run("licenses", "revoke", chosen[3], "--reason", "impersonation").exit_code == 0
    done = run(*words)
    assert f"{len(chosen) - 1} licences revoked, 1 was revoked before" in done.output
    assert {status(backend, each) for each in chosen} == {LicenseStatus.REVOKED}
    assert {status(backend, each) for each in set(numbers) - set(chosen)} == {LicenseStatus.VALID}
    held = backend.licenses.public(chosen[3]).state.revocation
    assert held is not None
    assert (held.reason, held.run) == (RevocationReason.IMPERSONATION, None)
    again = run(*words)
    assert f"0 licences revoked, {len(chosen)} were revoked before" in again.output


def test_an_interrupted_run_resumes(backend: Backend, api: Api, licensed: Licensed) -> None:
    numbers = licensed(150)
    body: dict[str, object] = {"reason": "untrue_data", "since": rfc3339(NOW)}
    first = api("POST", OF_ACCOUNT, body, account_id="acc-1")[1]
    assert (first["revoked"], first["already_revoked"]) == (100, 0)
    second = api("POST", OF_ACCOUNT, {**body, "run": first["run"], "cursor": first["next_cursor"]}, account_id="acc-1")
    assert (second[1]["revoked"], second[1]["next_cursor"]) == (50, None)
    assert {status(backend, each) for each in numbers} == {LicenseStatus.REVOKED}
    states = [backend.licenses.public(each).state.revocation for each in numbers]
    assert {each.run for each in states if each} == {NOW}


def test_licences_are_listed_and_shown(backend: Backend, run: Run, licensed: Licensed) -> None:
    numbers = licensed(3)
    listed = run("licenses", "list", "--account", "acc-1").output
    assert all(each in listed for each in numbers)
    assert "Ada Lovelace" in run("licenses", "show", numbers[0]).output
    unknown = license_number(RandomIds().new("license"))
    assert run("licenses", "show", unknown).exit_code == 3
    several = run("licenses", "revoke", numbers[0], unknown, numbers[2], "--reason", "impersonation")
    assert several.exit_code == 3
    assert [status(backend, each).value for each in numbers] == ["revoked", "valid", "revoked"]
    assert ("licenses_listed", "acc-1") in backend.acts
    assert ("license_looked_up", numbers[0]) in backend.acts


@pytest.mark.parametrize(
    "words",
    [
        ("--reason", "impersonation"),
        ("AMT-1", "--account", "acc-1", "--since", "2026-11-01", "--reason", "impersonation"),
        ("--account", "acc-1", "--reason", "impersonation"),
        ("--account", "acc-1", "--since", "yesterday", "--reason", "impersonation"),
        ("--account", "acc-1", "--since", "2026-11-01T00:00:00", "--reason", "impersonation"),
        ("AMT-1", "--reason", "whim"),
        ("AMT-1",),
    ],
)
def test_the_command_wants_to_know_which_and_why(backend: Backend, run: Run, words: tuple[str, ...]) -> None:
    assert run("licenses", "revoke", *words).exit_code == 2
    assert backend.acts == []


RIGHT_NAME = {"name": " Ada  Lovelaice ", "reason": "misspelt_name"}


@pytest.mark.clause("M-III.5.revoke", "M-III.10")
def test_the_letters_that_took_a_licences_place_are_revoked_with_it(
    backend: Backend, api: Api, run: Run, licensed: Licensed
) -> None:
    first, second = licensed(2)
    corrected = api("POST", SUPERSEDE, RIGHT_NAME, number=first)[1]["number"]
    last = api("POST", SUPERSEDE, {**RIGHT_NAME, "name": "Ada Lovelanace"}, number=corrected)[1]["number"]
    told = api("POST", ONE, {"reason": "untrue_data"}, number=first)[1]
    assert told["successors"] == [corrected, last]
    assert {status(backend, each) for each in (first, corrected, last)} == {LicenseStatus.REVOKED}
    done = [each.license_number for each in backend.events.published if isinstance(each, LicenseRevoked)]
    assert done == [first, corrected, last]
    by_hand = run("licenses", "revoke", second, "--reason", "untrue_data").output
    assert f"{backend.licenses.public(second).superseded_by}: revoked with it" in by_hand
    assert by_hand.count("revoked with it") == 2


def test_a_corrected_letter_counts_from_the_day_of_its_licence(backend: Backend, api: Api, licensed: Licensed) -> None:
    first, second = licensed(2)
    backend.clock.at = NOW + timedelta(days=10)
    corrected, other = (api("POST", SUPERSEDE, RIGHT_NAME, number=each)[1]["number"] for each in (first, second))
    body: dict[str, object] = {"reason": "untrue_data", "since": rfc3339(NOW + timedelta(days=5))}
    assert api("POST", OF_ACCOUNT, body, account_id="acc-1")[1]["revoked"] == 0
    assert {status(backend, each) for each in (corrected, other)} == {LicenseStatus.VALID}
    # The revocation of the second licence crashed before its successor.
    backend.licenses.revoke(second, Revocation(NOW, RevocationReason.UNTRUE_DATA))
    part = api("POST", OF_ACCOUNT, {**body, "since": rfc3339(NOW)}, account_id="acc-1")[1]
    assert (part["revoked"], part["already_revoked"]) == (1, 1)
    assert {status(backend, each) for each in (first, second, corrected, other)} == {LicenseStatus.REVOKED}


@pytest.mark.clause("M-III.8.apply", "U-III.II.1")
def test_a_mistake_in_a_name_is_met_by_another_letter(backend: Backend, api: Api, licensed: Licensed) -> None:
    number, sibling = licensed(2)
    before = backend.licenses.get("acc-1", number)
    code, done = api("POST", SUPERSEDE, RIGHT_NAME, number=number)
    assert (code, done["supersedes"], done["licensee"], done["newly"]) == (201, number, "Ada Lovelaice", True)
    letter = backend.licenses.get("acc-1", done["number"])
    assert letter.license == replace(
        before.license,
        number=done["number"],
        issued_at=NOW,
        licensee=replace(before.license.licensee, name="Ada Lovelaice"),
        supersedes=number,
        wording=WORDING,
    )
    assert sha256(backend.documents.get(f"letters/{done['number']}.pdf")).hexdigest() == letter.document_sha256
    follower = backend.licenses.public(sibling).superseded_by
    assert done["followed"] == [follower]
    again = api("POST", SUPERSEDE, {**RIGHT_NAME, "reason": "wrong_script"}, number=number)
    assert again == (200, {**done, "newly": False, "followed": []})
    other = api("POST", SUPERSEDE, {**RIGHT_NAME, "name": "Ada Lovelanace"}, number=number)
    assert (other[0], other[1]["code"], other[1]["superseded_by"]) == (409, "license_superseded", done["number"])
    assert replace(backend.licenses.get("acc-1", number), state=LicenseState()) == before
    event = LicenseSuperseded("acc-1", number, done["number"], "misspelt_name", rfc3339(NOW))
    followed = LicenseSuperseded("acc-1", sibling, follower or "", "misspelt_name", rfc3339(NOW), number)
    assert backend.events.published == [event, followed, event]
    assert [(act.name, act.subject, act.reason) for act in backend.audit_log.acts] == [
        ("license_superseded", number, "misspelt_name"),
        ("license_superseded", sibling, "misspelt_name"),
    ]
    assert backend.accounts.get("acc-1").end_user == "Ada Lovelaice"
    assert api("POST", SUPERSEDE, RIGHT_NAME, number=sibling)[1]["number"] == follower


def test_corrections_that_are_refused_leave_no_trace(backend: Backend, api: Api, licensed: Licensed) -> None:
    number, revoked = licensed(2)
    backend.licenses.revoke(revoked, Revocation(NOW, RevocationReason.IMPERSONATION))
    reason = {"reason": "misspelt_name"}
    for chosen, body, code in (
        (number, {"name": "Ada Lovelace", **reason}, "invalid_fields"),
        (number, {"name": " ", **reason}, "invalid_fields"),
        (number, {"designated_user": "Studio", **reason}, "invalid_fields"),
        (number, {"name": "Ada Lovelaice", "reason": "he asked"}, "invalid_fields"),
        (revoked, {"name": "Ada Lovelaice", **reason}, "license_revoked"),
        (license_number(RandomIds().new("license")), {"name": "Ada Lovelaice", **reason}, "license_not_found"),
    ):
        assert api("POST", SUPERSEDE, body, number=chosen)[1]["code"] == code
    assert (backend.acts, backend.events.published, backend.documents.stored) == ([], [], {})


def test_the_commands_to_correct_and_to_authorise(backend: Backend, run: Run, licensed: Licensed) -> None:
    (number,) = licensed(1)
    words = ("licenses", "supersede", number, "--reason", "misspelt_name")
    assert "Ada Lovelaice" in run(*words, "--name", "Ada Lovelaice").output
    assert status(backend, number) is LicenseStatus.SUPERSEDED
    assert run(*words).exit_code == 2
    allow = ("accounts", "authorise-user", "acc-1", "--name", "Studio Nord GmbH", "--reason", "customer_request")
    assert run(*allow).exit_code == 3
    backend.accounts.stored["acc-1"] = replace(backend.accounts.get("acc-1"), kind=AccountKind.ENTERPRISE)
    assert "Studio Nord GmbH" in run(*allow).output


@pytest.mark.clause("M-III.6.1")
def test_an_enterprise_gets_a_further_designated_user(backend: Backend, api: Api, licensed: Licensed) -> None:
    licensed(1)
    body = {"name": "Studio  Nord GmbH", "reason": "customer_request"}
    assert api("POST", AUTHORISE, body, account_id="acc-1")[1]["code"] == "not_an_enterprise"
    assert api("POST", AUTHORISE, body, account_id="acc-9")[1]["code"] == "account_not_found"
    assert backend.acts == []
    backend.accounts.stored["acc-1"] = replace(backend.accounts.get("acc-1"), kind=AccountKind.ENTERPRISE)
    for name in ("Studio  Nord GmbH", "studio nord gmbh", "ADA LOVELACE"):
        code, told = api("POST", AUTHORISE, {**body, "name": name}, account_id="acc-1")
        assert (code, told["end_user"], told["further_users"]) == (200, "Ada Lovelace", ["Studio Nord GmbH"])
    assert api("POST", AUTHORISE, {**body, "name": " "}, account_id="acc-1")[1]["code"] == "invalid_fields"
    assert backend.acts == [("designated_user_authorised", "acc-1")] * 3


@pytest.mark.clause("M-VII.2.name")
def test_an_operator_marks_whether_an_account_may_be_named(
    backend: Backend, api: Api, run: Run, licensed: Licensed
) -> None:
    licensed(1)
    body = {"not_named": True, "reason": "customer_request"}
    assert api("PUT", "/accounts/{account_id}/publicity", body, account_id="acc-9")[1]["code"] == "account_not_found"
    assert backend.acts == []
    for named, not_named in (("refused", True), ("refused", True), ("permitted", False)):
        shown = run("accounts", "publicity", "acc-1", named, "--reason", "contract")
        assert shown.exit_code == 0
        assert backend.accounts.get("acc-1").not_named is not_named
    marks = [("publicity_refused", "acc-1")] * 2
    assert backend.acts == [*marks, ("publicity_permitted", "acc-1")]


@pytest.mark.clause("M-III.8.apply")
def test_no_operators_request_edits_what_was_submitted(backend: Backend, licensed: Licensed) -> None:
    """Every sample of every operators' route, sent about an account that has licences."""
    first, _ = licensed(2)
    before = {key: replace(letter, state=LicenseState()) for key, letter in backend.licenses.letters.items()}
    records, owners = dict(backend.licenses.records), dict(backend.licenses.owners)
    sent = 0
    for path in sorted((EVENTS / "ops_api").glob("*.json")):
        event = json.loads(path.read_text())
        known = {"account_id": "acc-1", "number": first, "download_id": before["acc-1", first].license.download_id}
        event["pathParameters"] = {**(event["pathParameters"] or {}), **known}
        with contextlib.suppress(LookupError, NotImplementedError):  # what this backend has no adapter for
            sent += application(event, None)["statusCode"] < 500
    assert sent > 20
    assert {key: replace(backend.licenses.letters[key], state=LicenseState()) for key in before} == before
    assert {number: backend.licenses.records[number] for number in records} == records
    assert {number: backend.licenses.owners[number] for number in records} == owners


@pytest.mark.clause("M-III.8.apply")
def test_no_other_form_takes_what_a_buyer_submits() -> None:
    """Of all request bodies, those with a name for a letter create one or permit its creation."""
    particulars = {"licensee", "designated_user", "end_user", "tax_id", "name"}
    taking = {
        form.__name__
        for module in pkgutil.iter_modules(ops.__path__, f"{ops.__name__}.")
        for form in vars(importlib.import_module(module.name)).values()
        if isinstance(form, type)
        and issubclass(form, msgspec.Struct)
        and particulars & set(form.__struct_fields__)
        and form.__name__.endswith("Form")
    }
    assert taking == {"SupersessionForm", "AuthorisationForm"}
    document = json.loads(OPENAPI.read_text())
    bodies = {
        f"{method.upper()} {path}": operation["requestBody"]
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if "requestBody" in operation
    }
    about_licences = {route for route in bodies if "license" in route or "end_user" in json.dumps(bodies[route])}
    assert about_licences == {"POST /v1/licenses", "POST /v1/license-batches"}


class Post:
    """The mails about licences, as the notices' worker sends them."""

    def __init__(self, backend: Backend) -> None:
        self.notices, self.mailer = MemoryNotices(), MemoryMailer()
        site = "https://site.example"
        self._notify = NotifyOfLicense(backend.accounts, self.notices, self.mailer, backend.clock, site)

    def deliver(self, events: list[Event]) -> None:
        for event in events:
            detail = {name: str(value) if value else None for name, value in event.detail().items()}
            number, reason, at = (str(detail[name]) for name in ("license_number", "reason", "at"))
            more = detail.get("run"), detail.get("superseded_by"), detail.get("follows")
            self._notify(event.name, LicenseNews(event.account_id, number, reason, at, *more))


@pytest.mark.clause("M-III.5.revoke", "U-III.III.3", "U-VIII")
def test_the_member_gets_one_notice_for_a_licence_and_one_for_a_run(
    backend: Backend, api: Api, licensed: Licensed
) -> None:
    numbers = licensed(130)
    for _ in range(2):
        api("POST", ONE, {"reason": "impersonation"}, number=numbers[5])
    post = Post(backend)
    post.deliver(backend.events.published)
    (mail,) = post.mailer.sent
    assert mail.to == ACCOUNT.email
    assert f"Your licence {numbers[5]} was revoked" in mail.text
    assert "in another's name." in mail.text
    body: dict[str, object] = {"reason": "robot_purchase", "since": rfc3339(NOW)}
    part = api("POST", OF_ACCOUNT, body, account_id="acc-1")[1]
    backend.clock.at = NOW + timedelta(minutes=1)
    api("POST", OF_ACCOUNT, {**body, "run": part["run"], "cursor": part["next_cursor"]}, account_id="acc-1")
    api("POST", OF_ACCOUNT, body, account_id="acc-1")
    post.deliver(backend.events.published)
    assert [sent.text.partition(".")[0] for sent in post.mailer.sent] == [
        f"Your licence {numbers[5]} was revoked",
        "Several licences of your account were revoked",
    ]


@pytest.mark.parametrize("reason", list(RevocationReason))
def test_every_reason_has_words_for_the_member(backend: Backend, licensed: Licensed, reason: RevocationReason) -> None:
    licensed(1)
    post = Post(backend)
    post.deliver([LicenseRevoked("acc-1", "AMT-1", reason.value, rfc3339(NOW))])
    assert f"Reason: {reason.value}" not in post.mailer.sent[0].text


@pytest.mark.parametrize("reason", list(SupersessionReason))
def test_every_mistake_has_words_for_the_member(
    backend: Backend, licensed: Licensed, reason: SupersessionReason
) -> None:
    licensed(1)
    post = Post(backend)
    post.deliver([LicenseSuperseded("acc-1", "AMT-1", "AMT-2", reason.value, rfc3339(NOW))])
    assert "Reason: a name was" in post.mailer.sent[0].text
    assert f"({reason.value})" not in post.mailer.sent[0].text


@pytest.mark.clause("U-VIII")
def test_the_member_gets_one_notice_of_a_corrected_letter(backend: Backend, api: Api, licensed: Licensed) -> None:
    number, *_ = licensed(3)
    for _ in range(2):
        done = api("POST", SUPERSEDE, RIGHT_NAME, number=number)[1]
    post = Post(backend)
    post.deliver(backend.events.published)
    (mail,) = post.mailer.sent
    assert number in mail.text
    assert done["number"] in mail.text
    assert "Ada" not in mail.text


def test_the_notices_worker_takes_every_event_about_licences(backend: Backend, licensed: Licensed) -> None:
    licensed(1)
    mailer = MemoryMailer()
    put(services(), {"notices.repository": MemoryNotices(), "foundation.mailer": mailer})
    services().foundation.settings = Settings({"SITE_URL": "https://site.example"})
    at = rfc3339(NOW)
    told: list[Event] = [
        LicenseRevoked("acc-1", "AMT-1", "impersonation", at),
        LicenseRevoked("acc-1", "AMT-2", "impersonation", at, at),
        LicenseRevoked("acc-1", "AMT-3", "impersonation", at, at),
        LicenseSuperseded("acc-1", "AMT-4", "AMT-5", "misspelt_name", at),
        LicenseSuperseded("acc-1", "AMT-8", "AMT-9", "misspelt_name", at, "AMT-4"),
        MusicAgreementIssued("acc-1", "ord-1", "AMT-6", at),
        ProjectPackRequested("acc-1", "pack_1"),
        LicenseIssued("acc-1", "AMT-7", "dl-1"),  # from before it said when
        LicenseIssued("acc-1", "AMT-10", "dl-2", at, "Harbour at Dawn"),
    ]
    sample = json.loads((EVENTS / "work_notices" / "license-revoked.json").read_text())
    for event in told:
        body = json.dumps({"detail-type": event.name, "detail": event.detail()})
        sample["Records"][0]["body"] = body
        assert work_notices(sample, None) == {"batchItemFailures": []}
    assert ["AMT-1 " in mail.text for mail in mailer.sent] == [True, False, False, False, False]
    assert "AMT-5" in mailer.sent[2].text
    assert "AMT-6" in mailer.sent[3].text
    assert "Your licence for “Harbour at Dawn” is issued. Its number is AMT-10." in mailer.sent[4].text
