"""A correction is one spelling of the same person, on every letter and agreement of the account (M-III.8.apply)."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules import Account, AccountKind
from allmytracks.accounts.rules_end_users import Licensee, NamedEndUser
from allmytracks.foundation.approvals.rules import SameOperator
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.system_time_and_ids import RandomIds
from allmytracks.licenses.agreements.rules import MusicAgreement
from allmytracks.licenses.ports import Binding, LicenseRequest
from allmytracks.licenses.rules import License
from allmytracks.licenses.rules_numbers import license_number
from allmytracks.licenses.states.rules import LicenseStatus, Revocation, RevocationReason
from allmytracks.licenses.states.use_cases.named_documents import AT_ONCE
from allmytracks.licenses.states.use_cases.supersede_license import Superseded
from allmytracks.wiring import services
from tests.factories.catalogue import NOW
from tests.factories.licenses import ACME, STUDIO, grant, letter_of, license_of, licensed_use
from tests.factories.memberships import period
from tests.factories.music_agreements import AGREEMENT, SIGNED
from tests.factories.operators import ACCOUNT, SUPERSEDE, Api, Backend, Licensed, Run

PROPOSAL, APPROVAL = "/licenses/{number}/correction", "/licenses/{number}/correction/approval"
SPELLING = {"name": "Ada Lovelaice", "reason": "misspelt_name"}
ANOTHER = {"name": "Ada King", "reason": "misspelt_name", "evidence": "marriage certificate in ticket T-17"}
GRACE = Operator("arn:aws:iam::123456789012:user/grace", "192.0.2.8")


def names(backend: Backend) -> dict[LicenseStatus, set[str]]:
    """The names on the account's letters, by status."""
    found: dict[LicenseStatus, set[str]] = {}
    for letter in backend.licenses.page("acc-1", limit=1000, cursor=None).items:
        found.setdefault(letter.state.status, set()).add(letter.license.end_user)
    return found


def proposed_by_grace(backend: Backend, number: str, name: str = "Ada King") -> str:
    """A proposal that the API's caller can approve; returns its id."""
    held = replace(backend.corrections.get("acc-1", number), proposed_by=GRACE.arn)
    backend.corrections.stored["acc-1", number] = held
    assert held.correction.licensee == name
    return held.id


@pytest.mark.clause("M-III.8.apply", "U-III.II.1", "M-III.6.1")
@pytest.mark.parametrize("name", ["Mallory", "Ada King", "Grace Hopper", "Bob Lovelace", "愛達"])
def test_another_person_is_no_spelling(backend: Backend, api: Api, licensed: Licensed, name: str) -> None:
    number, _ = licensed(2)
    for reason in ("misspelt_name", "incomplete_name", "wrong_script"):
        status, refused = api("POST", SUPERSEDE, {"name": name, "reason": reason}, number=number)
        assert (status, refused["code"]) == (409, "second_operator_required")
    assert names(backend) == {LicenseStatus.VALID: {"Ada Lovelace"}}
    assert (backend.acts, backend.events.published, backend.documents.stored) == ([], [], {})
    assert backend.accounts.get("acc-1").end_user == "Ada Lovelace"


@pytest.mark.clause("M-III.8.apply", "U-III.II.1")
def test_every_valid_letter_of_the_account_follows_however_many(backend: Backend, run: Run, licensed: Licensed) -> None:
    numbers = licensed(2 * AT_ONCE + 5)
    backend.licenses.revoke(numbers[7], Revocation(NOW, RevocationReason.UNTRUE_DATA))
    words = ("licenses", "supersede", numbers[3], "--name", "Ada Lovelaice", "--reason", "misspelt_name")
    assert run(*words).exit_code == 0
    wanted = {
        LicenseStatus.VALID: {"Ada Lovelaice"},
        LicenseStatus.SUPERSEDED: {"Ada Lovelace"},
        LicenseStatus.REVOKED: {"Ada Lovelace"},
    }
    assert names(backend) == wanted
    letters = len(backend.licenses.letters)
    assert letters == 2 * len(numbers) - 1
    assert run(*words).exit_code == 0
    assert (names(backend), len(backend.licenses.letters)) == (wanted, letters)


@pytest.mark.clause("M-III.8.apply")
def test_a_run_that_was_cut_off_is_finished_by_the_same_request(backend: Backend, api: Api, licensed: Licensed) -> None:
    numbers = licensed(2 * AT_ONCE)
    first = api("POST", SUPERSEDE, SPELLING, number=numbers[0])[1]
    assert len(first["followed"]) < len(numbers) - 1
    assert names(backend)[LicenseStatus.VALID] == {"Ada Lovelace", "Ada Lovelaice"}
    cursor, followed = None, list(first["followed"])
    while True:
        status, part = api("POST", SUPERSEDE, {**SPELLING, "cursor": cursor}, number=numbers[0])
        assert (status, part["number"], part["newly"]) == (200, first["number"], False)
        followed += part["followed"]
        cursor = part["next_cursor"]
        if cursor is None:
            break
    assert names(backend)[LicenseStatus.VALID] == {"Ada Lovelaice"}
    assert len(followed) == len(set(followed)) == len(numbers) - 1
    assert api("POST", SUPERSEDE, {**SPELLING, "cursor": "%"}, number=numbers[0])[1]["code"] == "invalid_fields"


@pytest.mark.clause("M-III.8.apply", "U-III.II.1", "U-III.II.2")
def test_agreement_and_letters_follow_each_other(backend: Backend, api: Api) -> None:
    enterprise(backend)
    mistaken = replace(ACME, name="Acme Flims Ltd")
    agreed = replace(AGREEMENT, number=license_number(RandomIds().new("license")), licensee=mistaken)
    agreement = agree(backend, replace(agreed, end_user=mistaken.name))
    letter = issue(backend, mistaken)
    body = {"name": "Acme Films Ltd", "reason": "misspelt_name"}
    status, done = api("POST", SUPERSEDE, body, number=agreement)
    assert (status, done["end_user"], len(done["followed"])) == (201, "Acme Films Ltd", 1)
    holds = backend.music_agreements.get("acc-1", "ord-1").agreement
    assert (holds.number, holds.supersedes, holds.end_user) == (done["number"], agreement, "Acme Films Ltd")
    assert backend.licenses.public(agreement).superseded_by == holds.number
    assert backend.licenses.public(letter.number).superseded_by == done["followed"][0]
    assert backend.accounts.get("acc-1").end_user == "Acme Films Ltd"
    back = api("POST", SUPERSEDE, {**body, "name": "Acme Fillms Ltd"}, number=done["followed"][0])[1]
    holds = backend.music_agreements.get("acc-1", "ord-1").agreement
    assert (back["followed"], holds.end_user) == ([holds.number], "Acme Fillms Ltd")
    assert api("POST", SUPERSEDE, body, number=agreement)[1]["number"] == done["number"]


@pytest.mark.clause("M-III.6.1", "M-III.8.apply")
def test_a_further_users_letters_do_not_follow_another_name(backend: Backend, api: Api) -> None:
    enterprise(backend, frozenset({STUDIO.name}))
    first = issue(backend, ACME)
    other = issue(backend, replace(ACME, name=STUDIO.name), "key-2")
    done = api("POST", SUPERSEDE, {"name": "Acme Film Ltd", "reason": "misspelt_name"}, number=first.number)[1]
    assert done["followed"] == []
    assert backend.licenses.public(other.number).status is LicenseStatus.VALID
    done = api("POST", SUPERSEDE, {"name": "Studio Nort GmbH", "reason": "misspelt_name"}, number=other.number)[1]
    users = backend.accounts.get("acc-1").end_users
    assert (done["followed"], users.bound) == ([], "Acme Film Ltd")
    assert users.further == {"Studio Nort GmbH"}


@pytest.mark.clause("M-III.8.apply")
def test_a_buyers_name_beside_a_designated_user_is_corrected_on_all_its_letters(backend: Backend, api: Api) -> None:
    enterprise(backend)
    letters = [issue(backend, ACME, key, designated=True) for key in ("key-1", "key-2")]
    body = {"name": "Acme Film Ltd", "reason": "misspelt_name"}
    done = api("POST", SUPERSEDE, body, number=letters[0].number)[1]
    assert (done["end_user"], len(done["followed"])) == (STUDIO.name, 1)
    assert backend.accounts.get("acc-1").end_user == STUDIO.name
    buyers = {each.license.licensee.name for each in backend.licenses.letters.values() if each.license.supersedes}
    assert buyers == {"Acme Film Ltd"}
    other = {"name": "Nord GmbH", "designated_user": STUDIO.name, "reason": "misspelt_name"}
    assert api("POST", SUPERSEDE, other, number=done["number"])[1]["code"] == "second_operator_required"


@pytest.mark.clause("U-III.II.1")
def test_small_corrections_do_not_add_up_to_another_name(backend: Backend, api: Api, licensed: Licensed) -> None:
    """Each is a spelling of the one before, all together are another person."""
    (number,) = licensed(1)
    codes: list[object] = []
    for name in ("Ada Lovelane", "Ada Loveland", "Ada Leveland", "Ada Cleveland"):
        status, told = api("POST", SUPERSEDE, {"name": name, "reason": "misspelt_name"}, number=number)
        codes.append(told.get("code", status))
        number = told.get("number", number)
    assert codes == [201, 201, "second_operator_required", "second_operator_required"]
    assert backend.accounts.get("acc-1").end_user == "Ada Loveland"


@pytest.mark.clause("M-III.8.apply", "P-security")
def test_beyond_a_spelling_two_operators_decide_by_evidence(backend: Backend, api: Api, licensed: Licensed) -> None:
    number, sibling = licensed(2)
    status, proposed = api("POST", SUPERSEDE, ANOTHER, number=number)
    assert (status, proposed["status"], proposed["evidence"]) == (202, "proposed", ANOTHER["evidence"])
    refused = api("POST", APPROVAL, {"proposal_id": proposed["proposal_id"]}, number=number)
    assert (refused[0], refused[1]["code"]) == (403, "same_operator")
    assert services().licenses.states.approve_correction.show(number, GRACE).id == proposed["proposal_id"]
    unseen = api("POST", APPROVAL, {"proposal_id": "cor_0"}, number=number)
    assert (unseen[0], unseen[1]["code"]) == (404, "correction_not_proposed")
    assert names(backend) == {LicenseStatus.VALID: {"Ada Lovelace"}}
    assert approved(number, proposed["proposal_id"]).newly
    assert names(backend) == {LicenseStatus.VALID: {"Ada King"}, LicenseStatus.SUPERSEDED: {"Ada Lovelace"}}
    again = approved(number, proposed["proposal_id"])
    assert (again.newly, again.followed) == (False, ())
    shown = api("GET", PROPOSAL, number=number)[1]
    assert (shown["status"], shown["approved_by"]) == ("approved", GRACE.arn)
    by = [(act.name, act.subject, act.operator.arn.rpartition("/")[2]) for act in backend.audit_log.acts]
    ada = by[0][2]
    assert by == [
        ("correction_proposed", number, ada),
        ("correction_looked_up", number, "grace"),
        ("correction_approved", number, "grace"),
        ("license_superseded", number, "grace"),
        ("license_superseded", sibling, "grace"),
        ("correction_looked_up", number, ada),
    ]
    assert ada != "grace"
    # From a name that was proven on, a spelling is one of it.
    spelled = api("POST", SUPERSEDE, {"name": "Ada Kingg", "reason": "misspelt_name"}, number=again.of.number)
    assert spelled[0] == 201


def test_a_proposal_that_was_replaced_is_not_approved_unseen(backend: Backend, api: Api, licensed: Licensed) -> None:
    (number,) = licensed(1)
    seen = api("POST", SUPERSEDE, ANOTHER, number=number)[1]["proposal_id"]
    other: dict[str, Any] = api("POST", SUPERSEDE, {**ANOTHER, "name": "Mallory"}, number=number)[1]
    assert api("POST", APPROVAL, {"proposal_id": seen}, number=number)[1]["code"] == "correction_not_proposed"
    with pytest.raises(SameOperator):
        services().licenses.states.approve_correction(
            number, other["proposal_id"], Operator(other["proposed_by"], "192.0.2.9")
        )
    assert approved(number, other["proposal_id"]).of.end_user == "Mallory"
    assert api("POST", SUPERSEDE, ANOTHER, number=number)[1]["code"] == "license_superseded"


def test_what_no_two_operators_can_correct_is_not_proposed(backend: Backend, api: Api, licensed: Licensed) -> None:
    number, revoked = licensed(2)
    backend.licenses.revoke(revoked, Revocation(NOW, RevocationReason.IMPERSONATION))
    assert api("POST", SUPERSEDE, ANOTHER, number=revoked)[1]["code"] == "license_revoked"
    assert api("POST", SUPERSEDE, {**ANOTHER, "evidence": " "}, number=number)[1]["code"] == "invalid_fields"
    assert api("GET", PROPOSAL, number=number)[1]["code"] == "correction_not_proposed"
    assert api("POST", APPROVAL, {"proposal_id": "cor_0"}, number=number)[1]["code"] == "correction_not_proposed"
    assert ("correction_proposed", number) not in backend.acts


def test_the_commands_of_two_operators(backend: Backend, run: Run, licensed: Licensed) -> None:
    numbers = licensed(AT_ONCE + 2)
    words = ("licenses", "supersede", numbers[0], "--reason", "misspelt_name", "--name", "Ada King")
    told = run(*words)
    assert (told.exit_code, "evidence" in told.output) == (3, True)
    assert "Proposed" in run(*words, "--evidence", "ticket T-17").output
    assert "ticket T-17" in run("licenses", "correction", numbers[0]).output
    held = backend.corrections.get("acc-1", numbers[0])
    approve = ("licenses", "approve-correction", numbers[0], "--proposal")
    assert run(*approve, held.id).exit_code == 3
    assert run(*approve, proposed_by_grace(backend, numbers[0])).exit_code == 0
    assert names(backend)[LicenseStatus.VALID] == {"Ada King"}


def approved(number: str, proposal_id: str) -> Superseded:
    """What another operator than the API's caller makes of a proposal."""
    return services().licenses.states.approve_correction(number, proposal_id, GRACE)


def enterprise(backend: Backend, further: frozenset[str] = frozenset()) -> Account:
    """The account acc-1 with a Business membership and no document yet."""
    backend.accounts.add(ACCOUNT, [])
    backend.downloads.set_periods("acc-1", [period("business")])
    account = replace(backend.accounts.get("acc-1"), kind=AccountKind.ENTERPRISE, further_users=further)
    backend.accounts.stored["acc-1"] = account
    return account


def agree(backend: Backend, of: MusicAgreement) -> str:
    """Puts an agreement on record that names its licensee as the end user; returns its number."""
    assert backend.music_agreements.add(replace(SIGNED, agreement=of), NamedEndUser(of.licensee.name))
    return of.number


def issue(backend: Backend, licensee: Licensee, key: str = "key-1", *, designated: bool = False) -> License:
    """A letter of acc-1."""
    granted = grant(key)
    backend.downloads.records["acc-1"].grants[granted.download_id] = granted
    number = license_number(RandomIds().new("license"))
    license_ = license_of(number, granted.download_id, licensee, STUDIO if designated else None)
    named = backend.accounts.get("acc-1").end_users.naming(license_.end_user)
    assert backend.licenses.issue(letter_of(license_), LicenseRequest(key, "print"), Binding(licensed_use(), named))
    return license_
