"""The register of licences over HTTP: from the issue of a letter to a proof that is valid offline."""

from __future__ import annotations

import contextlib
import hashlib
import json
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.demo.site import Site
from infra.ops.client import connect
from infra.ops.main import app
from tests.e2e.proofs import proof_of
from tests.factories.command_line import run_command


def a_license(site: Site) -> str:
    """A member with one licence; returns its number."""
    site.become_account()
    site.become_member()
    track_id = site.get("/v1/tracks").json()["items"][0]["track_id"]
    form = {
        "download_id": site.download(track_id).raise_for_status().json()["download_id"],
        "licensee": {"name": "Ada Lovelace", "kind": "individual"},
        "project": {"name": "My holiday", "kind": "personal"},
        "purpose": "social_media",
        "platform": "youtube",
    }
    number: str = site.post("/v1/licenses", form, key=uuid.uuid4().hex).raise_for_status().json()["number"]
    return number


def revoke(site: Site, number: str) -> None:
    with contextlib.closing(connect(f"{site.url}/ops")) as ops:
        ops.call("POST", f"/licenses/{number}/revocation", json={"reason": "impersonation"})


@pytest.mark.clause("M-III.5.revoke")
def test_a_licence_and_its_revocation_are_proven_to_anyone(
    visitor: Callable[[], Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    member, anyone = visitor(), visitor()
    number = a_license(member)
    letter = member.get(f"/v1/licenses/{number}/document").raise_for_status().content
    pending = anyone.get(f"/v1/register/inclusion/{number}")
    assert (pending.status_code, pending.json()["code"]) == (409, "register_entry_pending")

    proof = proof_of(anyone, number, "license")
    leaf = json.loads(proof["entries"][0]["leaf"])
    assert leaf["number_sha256"] == hashlib.sha256(number.encode()).hexdigest()
    assert leaf["document_sha256"] == hashlib.sha256(letter).hexdigest()
    assert allmytracks("audit", "--url", anyone.url) == 0
    revoke(member, number)
    proof_of(anyone, number, "license", "revocation")

    assert allmytracks("prove", number, "--out", "proof.json", "--url", anyone.url) == 0
    Path("jwks.json").write_bytes(anyone.get("/.well-known/jwks.json").content)
    Path("letter.pdf").write_bytes(letter)
    assert allmytracks("check", "proof.json", "--keys", "jwks.json", "--letter", "letter.pdf") == 0
    Path("letter.pdf").write_bytes(letter[:-1])
    assert allmytracks("check", "proof.json", "--keys", "jwks.json", "--letter", "letter.pdf") == 4
    assert allmytracks("audit", "--url", anyone.url) == 0
    assert allmytracks("consistency", "--first", "1", "--url", anyone.url) == 0


def allmytracks(*words: str) -> int:
    return run_command(app, ["register", *words]).exit_code
