"""What is done on a deployment: all that a new member does, or what an existing member does without cost.

The second leaves nothing behind that was not there: its download and its licence are the same for a day and for ever
(their idempotency keys), so that it may run every hour where letters are locked for ten years.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from infra.demo.site import Site
from infra.ops.smoke.program import Failed, Step, expect

Code = Callable[[Site, str], str]
Pay = Callable[[Site, dict[str, Any]], None]
LICENSEE = {"name": "Smoke Test", "kind": "individual"}
PROJECT = {"name": "Smoke test", "kind": "personal"}


@dataclass
class Member:
    """One run; what a step finds is for those after it. `lasting` says whether the member stays for other runs."""

    email: str
    lasting: bool = False
    day: str = field(default_factory=lambda: datetime.now(UTC).date().isoformat())
    track_id: str = ""
    download_id: str = ""
    license: dict[str, Any] = field(default_factory=dict)
    letter: bytes = b""
    order: dict[str, Any] = field(default_factory=dict)

    def key(self, what: str) -> str:
        """The idempotency key of an act."""
        return f"smoke-{what}-{self.day}" if self.lasting else uuid.uuid4().hex

    def read_status(self, site: Site) -> None:
        """The service runs."""
        if expect(site.get("/v1/status"), 200).get("status") == "maintenance":
            raise Failed("maintenance is on")

    def sign_up(self, site: Site) -> None:
        """A new account, its agreements accepted."""
        form = {
            "email": self.email,
            "password": site.password,
            "country": "HK",
            "minor": False,
            "accept": site.accept("user-agreement", "privacy-policy"),
        }
        expect(site.post("/v1/accounts", form), 201)

    def sign_in(self, site: Site) -> None:
        """With the password."""
        expect(site.sign_in(self.email), 201)

    def quote(self, site: Site) -> None:
        """An order and its price."""
        form = {"plan": "premium", "term": "month", "accept": site.accept("premium-agreement")}
        self.order = expect(site.post("/v1/orders", form, key=uuid.uuid4().hex), 201)

    def confirm(self, site: Site) -> None:
        """The provider gives its page: its key is right and it answers."""
        form = {"amount": self.order["amount"], "currency": self.order["currency"]}
        self.order |= expect(site.post(f"/v1/orders/{self.order['order_id']}/confirmation", form), 200, 201, 202)
        if not str(self.order.get("checkout_url", "")).startswith("http"):
            raise Failed("the confirmation has no checkout_url")

    def wait_until_active(self, site: Site) -> None:
        """The payment's webhook came, was queued and folded."""
        site.wait_for(lambda: self._is_active(site))

    def see_membership(self, site: Site) -> None:
        """The member is one."""
        if not self._is_active(site):
            raise Failed("the membership is not active: an operator extends it (allmytracks accounts extend)")

    def _is_active(self, site: Site) -> bool:
        return expect(site.get("/v1/membership"), 200).get("status") == "active"

    def find(self, site: Site) -> None:
        """A track, found by its own title."""
        (track, *_) = self._tracks(site, "/v1/tracks?kind=music&limit=1")
        self.track_id = track["track_id"]
        found = self._tracks(site, "/v1/tracks", q=track["title"])
        if self.track_id not in {each["track_id"] for each in found}:
            raise Failed("search does not find a track by its title")

    def _tracks(self, site: Site, path: str, **query: str) -> list[dict[str, Any]]:
        items: Any = expect(site.get(path, **({"params": query} if query else {})), 200)["items"]
        if not items:
            raise Failed("there are no tracks")
        return list(items)

    def download(self, site: Site) -> None:
        """The link gives a file."""
        granted = expect(site.download(self.track_id, "mp3", key=self.key("download")), 200, 201)
        self.download_id = str(granted["download_id"])
        file = httpx.get(str(granted["url"]), timeout=60)
        if not file.is_success or not file.content:
            raise Failed(f"the download's link was answered {file.status_code}")

    def license_it(self, site: Site) -> None:
        """A letter; a lasting member has one, which is read again."""
        known: Any = expect(site.get("/v1/licenses"), 200)["items"] if self.lasting else []
        if known:
            self.license = dict(known[0])
            return
        form = {
            "download_id": self.download_id,
            "licensee": LICENSEE,
            "project": PROJECT,
            "purpose": "social_media",
            "platform": "YouTube",
        }
        self.license = expect(site.post("/v1/licenses", form, key=self.key("licence")), 200, 201)

    def read_letter(self, site: Site) -> None:
        """The letter is a PDF."""
        answer = site.get(f"/v1/licenses/{self.license['number']}/document", follow_redirects=True)
        self.letter = answer.content
        if not answer.is_success or not self.letter.startswith(b"%PDF"):
            raise Failed(f"the letter was answered {answer.status_code}")

    def verify_number(self, site: Site) -> None:
        """As anyone would, by the number."""
        with Site(site.url, site.watcher) as anyone:
            found = expect(anyone.get(f"/v1/verifications/{self.license['number']}"), 200)
        if found["status"] != "valid":
            raise Failed(f"the licence is {found['status']}")

    def verify_letter(self, site: Site) -> None:
        """As anyone would, by the file."""
        headers = {"Content-Type": "application/pdf"}
        with Site(site.url, site.watcher) as anyone:
            found = expect(anyone.call("POST", "/v1/verifications", content=self.letter, headers=headers), 200)
        if not found["matches_record"]:
            raise Failed(f"the letter is {found['verdict']}")

    def end_membership(self, site: Site) -> None:
        """The membership ends at once."""
        expect(site.post("/v1/membership/cancellation", {"without_refund": "yes"}), 200)

    def close(self, site: Site) -> None:
        """The one thing against closing the account is its age: an account closes after seven days (S-6.2)."""
        found: Any = expect(site.post("/v1/account/closing", {"forfeit": True, "reason": "Smoke test."}), 409)
        blocks = [each["code"] for each in found["blocks"]]
        if blocks != ["account_too_young"]:
            raise Failed(f"closing is prevented by {', '.join(blocks)}")

    def sign_out(self, site: Site) -> None:
        """The session ends."""
        expect(site.call("DELETE", "/v1/sessions"), 204)


def steps_of_a_new_member(member: Member, code: Code, pay: Pay) -> list[tuple[str, Step]]:
    """Everything, from the sign-up to the end."""

    def verify(site: Site) -> None:
        form = {"email": member.email, "code": code(site, member.email)}
        expect(site.post("/v1/accounts/verification", form), 204)

    return [
        ("status", member.read_status),
        ("sign up", member.sign_up),
        ("verify the address", verify),
        ("sign in", member.sign_in),
        ("order", member.quote),
        ("confirm", member.confirm),
        ("pay", lambda site: pay(site, member.order)),
        ("membership becomes active", member.wait_until_active),
        *_using(member),
        ("end the membership", member.end_membership),
        ("ask to close the account", member.close),
        ("sign out", member.sign_out),
    ]


def steps_of_an_existing_member(member: Member) -> list[tuple[str, Step]]:
    """What costs nothing and locks nothing; an order is quoted and confirmed, not paid, and expires."""
    return [
        ("status", member.read_status),
        ("sign in", member.sign_in),
        ("membership is active", member.see_membership),
        *_using(member),
        ("sign out", member.sign_out),
    ]


def _using(member: Member) -> list[tuple[str, Step]]:
    return [
        ("search", member.find),
        ("download", member.download),
        ("licence", member.license_it),
        ("letter", member.read_letter),
        ("verify the number", member.verify_number),
        ("verify the letter", member.verify_letter),
    ]
