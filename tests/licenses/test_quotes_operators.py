"""Operators quote special licences, list, show and withdraw them, by API and command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules import AccountStatus
from allmytracks.downloads.rules_links import IssuedLink, NoLinksLeft
from allmytracks.licenses.agreements.ports import LicensedFile
from tests.factories.catalogue import track
from tests.factories.operators import ACCOUNT, Api, Backend, Run
from tests.factories.payment_world import PAID
from tests.factories.special_licenses import SIGNED, stated

MAKE = "/accounts/{account_id}/quotes"
UNTIL = "2026-12-06T00:00:00Z"


@pytest.fixture(autouse=True)
def member(backend: Backend) -> None:
    backend.accounts.add(ACCOUNT, [])
    backend.tracks.stored["trk-1"] = track("trk-1")


def wanted(**changes: object) -> dict[str, object]:
    return {"terms": stated(), "amount": 120000, "currency": "usd", "valid_until": UNTIL, **changes}


@pytest.mark.clause("M-III.6.special", "P-security")
def test_a_quote_is_made_once_audited_and_told(backend: Backend, api: Api) -> None:
    first = api("POST", MAKE, wanted(), account_id="acc-1")
    again = api("POST", MAKE, wanted(), account_id="acc-1")
    assert first == again
    assert (first[0], first[1]["status"], first[1]["amount"]) == (201, "quoted", 120000)
    assert first[1]["terms"]["tracks"][0]["title"] == track("trk-1").title
    assert len(backend.orders.stored) == 1
    assert [act.name for act in backend.audit_log.acts] == ["special_license_quoted"] * 2
    assert {event.name for event in backend.events.published} == {"SpecialLicenseQuoted"}


def test_a_quote_is_refused_with_all_its_faults(api: Api) -> None:
    wrong = wanted(terms=stated(tracks=["trk-9"], purpose=" "), amount=1, valid_until="2030-01-01T00:00:00Z")
    status, problem = api("POST", MAKE, wrong, account_id="acc-1")
    assert status == 422
    assert {each["field"] for each in problem["errors"]} == {"tracks.0", "purpose", "amount", "valid_until"}


@pytest.mark.parametrize("status", [AccountStatus.CLOSED, AccountStatus.BANNED])
def test_an_account_that_cannot_order_gets_no_quote_and_nothing_is_stored_of_it(
    backend: Backend, api: Api, status: AccountStatus
) -> None:
    backend.accounts.becomes("acc-1", status)
    refused, problem = api("POST", MAKE, wanted(), account_id="acc-1")
    assert (refused, problem["code"], problem["account_status"]) == (403, "account_frozen", status)
    assert backend.orders.stored == {}
    assert backend.audit_log.acts == []


def test_a_withdrawn_track_is_not_quoted(backend: Backend, api: Api) -> None:
    backend.tracks.stored["trk-1"] = track("trk-1", withdrawn_at=backend.clock.now())
    status, problem = api("POST", MAKE, wanted(), account_id="acc-1")
    assert (status, [each["field"] for each in problem["errors"]]) == (422, ["tracks.0"])


def test_a_withdrawn_quote_is_over_and_not_made_again(backend: Backend, api: Api) -> None:
    order_id = api("POST", MAKE, wanted(), account_id="acc-1")[1]["order_id"]
    withdrawal = "/quotes/{order_id}/withdrawal"
    assert api("POST", withdrawal, {"reason": "cleared"}, order_id=order_id)[0] == 422
    status, body = api("POST", withdrawal, {"reason": "no_longer_offered"}, order_id=order_id)
    assert (status, body["status"]) == (200, "declined")
    assert api("POST", MAKE, wanted(), account_id="acc-1")[1]["code"] == "quote_ended"
    assert api("GET", MAKE, account_id="acc-1")[1]["items"][0]["status"] == "declined"
    assert [act.name for act in backend.audit_log.acts][1] == "order_declined"


def test_a_paid_quote_cannot_be_withdrawn(backend: Backend, api: Api) -> None:
    order_id = api("POST", MAKE, wanted(), account_id="acc-1")[1]["order_id"]
    backend.pay(replace(PAID, order_id=order_id, amount=120000, occurred_at=backend.clock.now()))
    status, body = api("POST", "/quotes/{order_id}/withdrawal", {"reason": "untrue_data"}, order_id=order_id)
    assert (status, body["code"]) == (409, "order_not_open")


def test_the_command_line_quotes_from_a_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "terms.toml"
    said = {key: value for key, value in stated().items() if key != "licensee"}
    lines = [f"{key} = {json.dumps(value)}" for key, value in said.items()]
    file.write_text("\n".join([*lines, "[licensee]", 'name = "Acme Films Ltd"', 'kind = "enterprise"']))
    made = run("quotes", "make", "acc-1", "--terms", str(file), "--amount", "120000", "--currency", "USD", "--json")
    assert made.exit_code == 0, made.output
    order_id = json.loads(made.stdout)["order_id"]
    assert order_id in run("quotes", "list", "acc-1").stdout
    assert "night light" in run("quotes", "show", order_id).stdout
    assert run("quotes", "withdraw", order_id, "--reason", "no_longer_offered", "--yes").exit_code == 0


@pytest.mark.clause("M-III.5.fraud", "P-security")
def test_the_links_of_a_special_licence_are_shown_and_renewed_on_record(backend: Backend, api: Api, run: Run) -> None:
    quote = api("POST", MAKE, wanted(), account_id="acc-1")[1]
    order_id, [track_of_it] = quote["order_id"], quote["terms"]["tracks"]
    file = LicensedFile("acc-1", order_id, track_of_it["track_id"])
    agreement = replace(SIGNED.agreement, order_id=order_id)
    assert backend.music_agreements.add(replace(SIGNED, agreement=agreement), None)
    link = IssuedLink("link_1", "acc-1", file.download_id, backend.clock.now(), "203.0.113.7", "Phone")
    backend.special_links.record(file, link, 1)
    with pytest.raises(NoLinksLeft):
        backend.special_links.record(file, replace(link, id="link_2"), 1)

    renewal = "/quotes/{order_id}/links"
    assert api("POST", renewal, {"reason": "fraud"}, order_id=order_id)[0] == 422
    status, shown = api("POST", renewal, {"reason": "cleared"}, order_id=order_id)
    assert (status, [each["link_id"] for each in shown["items"]]) == (200, ["link_1"])
    backend.special_links.record(file, replace(link, id="link_2"), 1)

    assert "203.0.113.7" in run("quotes", "links", order_id).stdout
    assert run("quotes", "renew-links", order_id, "--reason", "cleared").exit_code == 0
    acts = [name for name, subject in backend.acts if subject == order_id]
    assert acts == ["special_links_renewed", "special_links_looked_up", "special_links_renewed"]
    assert api("GET", renewal, order_id="ord_none")[0] == 404
