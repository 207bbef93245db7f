"""A member leaves one of everything, through the routes; erased, nothing of it is in any store but what law keeps."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator

import httpx
import pytest

from allmytracks.accounts.dynamodb_addresses import address_hash
from allmytracks.foundation.records import Whose
from allmytracks.privacy.records import ALL
from infra.demo.site import Site
from infra.localcloud.supervisor import Handle
from infra.ops.client import OpsClient, connect
from tests.e2e.leaving import LEFT, SECRET_WORD, SOURCE, leave_everything, sign_in
from tests.e2e.raw_stores import Stores

pytestmark = [
    pytest.mark.clause("P-manage.access"),
    pytest.mark.clause("P-storage"),
]


@pytest.fixture
def member(cloud: Handle) -> Iterator[Site]:
    with Site(cloud.url) as site:
        site.http.close()
        site.http = httpx.Client(
            base_url=cloud.url,
            timeout=240,
            transport=httpx.HTTPTransport(local_address=SOURCE),
            headers={"User-Agent": LEFT["device"]},
        )
        yield site


def found_in(stores: Stores, strings: dict[str, str]) -> dict[str, set[str]]:
    """In which places each string is."""
    found: dict[str, set[str]] = {name: set() for name in strings}
    for place, text in stores.places():
        for name, string in strings.items():
            if string in text:
                found[name].add(place)
    return found


def close(site: Site, ops: OpsClient, account_id: str) -> str:
    """Eight days later the member goes, and is erased; returns the receipt's id."""
    site.http.post("/_local/clock", json={"advance_seconds": 8 * 86_400}).raise_for_status()
    sign_in(site)
    site.post("/v1/account/closing", {"forfeit": True, "reason": LEFT["reason"]}).raise_for_status()
    ops.call("POST", f"/accounts/{account_id}/closing/decision", json={"outcome": "approve"})
    site.wait_for(lambda: ops.call("GET", f"/accounts/{account_id}")["status"] == "closed")
    receipt = ops.call("POST", f"/accounts/{account_id}/erasure", json={"reason": "deceased"})["erasure_id"]
    site.wait_for(lambda: site.http.get(f"/v1/erasure-receipts/{receipt}").json().get("status") == "done")
    return str(receipt)


# What law keeps, and for how long the receipt says (docs/decisions/2026-11-27-what-survives-an-erasure.md).
KEPT = {
    "company": {"invoice"},
    "street": {"invoice"},
    "project": {"public record of a licence"},
    "disclosed": {"disclosure"},
    "damages": {"damages"},
}
NEVER_STORED = {"password", "refused project"}
WITH_THE_CLOSING = {"reason"}
# Of accounts, but not of one that goes through this test.
OTHERWISE = {"embargo of an address": "a keyed hash, by which nobody but us finds it"}


class Seeded:
    """The kinds of records that were seen to be about an account."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self.marks = {address_hash(LEFT["email"])}
        self.kinds: set[str] = set()

    def look(self) -> None:
        """What names the account, its address, or something of its own."""
        held = list(self._stores.places())
        for _, text in held:
            if '"pk": {"S": "ACCOUNT#' in text and LEFT["display name"] in text:
                self.marks.add(json.loads(text)["pk"]["S"].partition("#")[2])
        owned = [text for _, text in held if any(f'"ACCOUNT#{mark}"' in text for mark in self.marks)]
        for text in owned:
            self.marks.update(re.findall(r'"sk": \{"S": "(?:ORDER|LICENSE)#([^"#]+)', text))
            self.marks.update(re.findall(r"INV-[\w-]+", text))
        for place, text in held:
            if any(mark in text for mark in self.marks):
                self.kinds.add("user of the identity service" if place == "user" else place.partition(" in ")[0])


def test_nothing_of_a_member_survives_but_what_law_keeps(cloud: Handle, member: Site) -> None:
    stores = Stores(cloud)
    seeded = Seeded(stores)
    with contextlib.closing(connect(f"{cloud.url}/ops")) as ops:
        account_id = leave_everything(member, ops, seeded.look)
        strings = {
            **LEFT,
            "password": SECRET_WORD,
            "hash of the address": address_hash(LEFT["email"]),
            "name at the identity service": stores.user_name_of(LEFT["email"]),
        }
        before = found_in(stores, strings)
        close(member, ops, account_id)
    after = found_in(stores, strings)
    seeded.look()
    declared = {each.name for each in ALL if each.whose is Whose.ACCOUNT}
    assert declared - seeded.kinds == OTHERWISE.keys()
    # Each string was in some store before, so that its absence afterwards shows something.
    assert {name for name, places in before.items() if not places} == NEVER_STORED | WITH_THE_CLOSING
    assert {"user"} <= before["name at the identity service"]
    assert {"download", "link"} <= before["address"] & before["device"]
    assert {name: places for name, places in after.items() if places} == KEPT
    left = {key.partition("/")[0] for key in stores.object_keys() if account_id in key}
    assert left == {"erasures"}  # the mark by which it is erased again after a restore
