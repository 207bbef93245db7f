"""The two-person rule over HTTP: operators of two AWS identities, with the policies of their roles."""

from __future__ import annotations

import contextlib
from urllib.parse import urlsplit

import httpx
import pytest

from infra.demo.site import Site
from infra.ops.client import connect
from infra.ops.errors import OpsError


@pytest.fixture
def with_the_rule(limits: None, site: Site) -> None:
    httpx.post(f"{site.url}/_local/limits", json={"two_person_rule": True}).raise_for_status()


@pytest.mark.clause("P-security")
@pytest.mark.usefixtures("with_the_rule")
def test_a_ban_needs_two_identities_and_both_are_on_record(site: Site) -> None:
    email = site.become_account()
    support = f"http://SupportOperatorPolicy@{urlsplit(site.url).netloc}/ops"
    with contextlib.closing(connect(f"{site.url}/ops")) as first, contextlib.closing(connect(support)) as second:
        account_id = first.call("GET", "/accounts", query={"email": email})["account_id"]
        path, ban = f"/accounts/{account_id}/measures", {"measure": "ban", "reason": "fraud"}
        with pytest.raises(OpsError) as waits:
            first.call("POST", path, json=ban)
        asked = first.call("GET", f"/approvals/{waits.value.extra['approval_id']}")
        assert (asked["status"], asked["path"]) == ("waiting", path)
        approval = f"/approvals/{asked['approval_id']}/approval"
        with pytest.raises(OpsError) as refused:
            first.call("POST", approval)
        assert refused.value.code == "same_operator"
        assert second.call("POST", approval)["status"] == "approved"
        assert second.call("POST", path, json=ban)["status"] == "banned"
        day = {"day": asked["requested_at"][:10], "subject": account_id}
        newest_first = first.call("GET", "/audit", query=day)["items"]
    acts = {each["act"]: each["operator"] for each in reversed(newest_first)}
    banned = ["account_ban_requested", "approval_looked_up", "account_ban_approved", "account_measure_ban"]
    assert [act for act in acts if act in banned] == banned
    assert acts["account_measure_ban"] == acts["account_ban_approved"] != acts["account_ban_requested"]
    assert site.download("trk_1").status_code in {403, 404}
