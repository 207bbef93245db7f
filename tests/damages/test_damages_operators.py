"""Operators record liquidated damages, by the operators' API and by the command line."""

from __future__ import annotations

import pytest

from allmytracks.accounts.rules import AccountStatus
from allmytracks.damages.rules import LEAST_A_PIECE
from allmytracks.foundation.instants import rfc3339
from allmytracks.licenses.states.rules import LicenseStatus
from allmytracks.payments.events import DamagesRecorded
from tests.factories.catalogue import NOW, origin, track
from tests.factories.operators import Api, Backend, Licensed, Run, status

DAMAGES = "/accounts/{account_id}/damages"
WHY = {"reason": "out_of_scope_use"}


@pytest.fixture
def pieces(backend: Backend) -> list[str]:
    """Three tracks of the catalogue."""
    made = [track(name) for name in ("a", "b", "c")]
    for each in made:
        backend.tracks.add(each, origin(each.title))
    return [each.id for each in made]


@pytest.mark.clause("M-III.10")
def test_less_than_two_thousand_dollars_a_piece_is_refused(
    backend: Backend, api: Api, licensed: Licensed, pieces: list[str]
) -> None:
    licensed(1)
    for how_many in (1, 3):
        least = LEAST_A_PIECE * how_many
        body = {**WHY, "tracks": pieces[:how_many], "amount": least - 1}
        code, problem = api("POST", DAMAGES, body, account_id="acc-1")
        assert (code, problem["code"], problem["minimum"]) == (422, "damages_below_minimum", least)
        assert str(least) in problem["detail"]
    assert (backend.acts, backend.damages_book.stored) == ([], {})
    body = {**WHY, "tracks": [*pieces, *pieces], "amount": LEAST_A_PIECE * 3, "reference": " Letter  7 "}
    code, record = api("POST", DAMAGES, body, account_id="acc-1")
    assert code == 201
    assert record == {
        "damages_id": record["damages_id"],
        "account_id": "acc-1",
        "amount": 600_000,
        "currency": "USD",
        "pieces": 3,
        "tracks": sorted(pieces),
        "licenses": [],
        "reason": "out_of_scope_use",
        "reference": "Letter 7",
        "recorded_by": "arn:aws:iam::123456789012:user/ada",
        "recorded_at": rfc3339(NOW),
    }
    backend.clock.advance(days=1)
    assert api("POST", DAMAGES, body, account_id="acc-1") == (200, record)
    assert api("GET", DAMAGES, account_id="acc-1")[1]["items"] == [record]
    assert backend.events.published == [DamagesRecorded("acc-1", 600_000, "out_of_scope_use", rfc3339(NOW))] * 2
    assert [(act.name, act.reason) for act in backend.audit_log.acts] == [
        ("damages_recorded", "out_of_scope_use"),
        ("damages_recorded", "out_of_scope_use"),
        ("damages_listed", None),
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"tracks": []}, "invalid_fields"),
        ({"tracks": ["trk_9"]}, "track_not_found"),
        ({"licenses": ["AMT-9"]}, "license_not_found"),
        ({"reason": "spite"}, "invalid_fields"),
        ({"amount": "much"}, "invalid_fields"),
        ({"reference": "x" * 101}, "invalid_fields"),
    ],
)
def test_a_claim_names_its_pieces_and_its_reason(
    backend: Backend, api: Api, licensed: Licensed, pieces: list[str], change: dict[str, object], code: str
) -> None:
    licensed(1)
    body = {**WHY, "tracks": pieces[:1], "amount": LEAST_A_PIECE, **change}
    assert api("POST", DAMAGES, body, account_id="acc-1")[1]["code"] == code
    assert backend.damages_book.stored == {}


def test_licences_stand_for_their_pieces_and_are_the_accounts_own(
    backend: Backend, api: Api, licensed: Licensed
) -> None:
    numbers = licensed(2)
    body = {**WHY, "licenses": [numbers[0].lower(), numbers[1]], "amount": LEAST_A_PIECE}
    record = api("POST", DAMAGES, body, account_id="acc-1")[1]
    assert (record["tracks"], record["pieces"], record["licenses"]) == (["trk-1"], 1, sorted(numbers))
    backend.licenses.owners[numbers[0]] = "acc-2"
    assert api("POST", DAMAGES, body, account_id="acc-1")[1]["code"] == "license_not_found"
    assert api("POST", DAMAGES, body, account_id="acc-9")[1]["code"] == "account_not_found"


@pytest.mark.clause("M-III.10", "M-III.5.revoke")
def test_one_command_takes_every_measure_and_resumes_after_a_failure(
    backend: Backend, run: Run, licensed: Licensed
) -> None:
    first, second, other = licensed(3)
    words = ("damages", "enforce", "acc-1", first, second, "--amount")
    too_little = run(*words, "199999")
    assert too_little.exit_code == 3
    assert "200000" in too_little.output
    assert "done" not in too_little.output
    owner = backend.licenses.owners.pop(second)
    stopped = run("damages", "enforce", "acc-1", first, "--amount", "200000")
    assert stopped.exit_code == 0, stopped.output
    assert backend.accounts.get("acc-1").status is AccountStatus.BANNED
    backend.licenses.owners[second] = owner
    done = run(*words, "200000")
    assert done.exit_code == 0, done.output
    assert [status(backend, each) for each in (first, second, other)] == [
        LicenseStatus.REVOKED,
        LicenseStatus.REVOKED,
        LicenseStatus.VALID,
    ]
    assert len(backend.damages_book.stored) == 2
    assert "out_of_scope_use" in run("damages", "list", "acc-1").output


def test_a_failure_is_reported_with_the_remaining_measures(backend: Backend, run: Run, licensed: Licensed) -> None:
    first, second = licensed(2)
    backend.accounts.becomes("acc-1", AccountStatus.CLOSED)
    stopped = run("damages", "enforce", "acc-1", first, second, "--amount", "200000")
    assert stopped.exit_code == 3
    assert "done licence" in stopped.output
    assert "Not so yet: the account is banned; the membership is ended" in stopped.output.replace("\n", " ")
    assert status(backend, second) is LicenseStatus.REVOKED


def test_the_command_records(backend: Backend, run: Run, licensed: Licensed, pieces: list[str]) -> None:
    licensed(1)
    words = ("damages", "record", "acc-1", "--track", pieces[0], "--amount")
    assert run(*words, "199999").exit_code == 3
    assert "200000" in run(*words, "200000").output
    assert len(backend.damages_book.stored) == 1
