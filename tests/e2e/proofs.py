"""The register's proofs, waited for."""

from __future__ import annotations

from typing import Any

from infra.demo.site import Site

# The stream delivers a licence some seconds after its issue; a late one enters with a later head.
POLLS_AN_HOUR = 15


def an_hour_later(site: Site) -> None:
    site.http.post("/_local/clock", json={"advance_seconds": 3600}).raise_for_status()


def proof_of(site: Site, number: str, *kinds: str) -> dict[str, Any]:
    """The proof of a licence, once leaves of these kinds are in the register; hours pass until then."""
    asked, found = 0, {}

    def entered() -> bool:
        nonlocal asked, found
        answer = site.http.get(f"/v1/register/inclusion/{number}")
        found = answer.json()
        assert answer.status_code == 200 or found["code"] == "register_entry_pending", found
        if {each["kind"] for each in found.get("entries", [])} >= set(kinds):
            return True
        if asked % POLLS_AN_HOUR == 0:
            an_hour_later(site)
        asked += 1
        return False

    site.wait_for(entered)
    return dict(found)
