"""A client of the API, as the website is one; for the demo and the end-to-end tests."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

PASSWORD = "Correct4horse battery"  # noqa: S105 - of accounts that live as long as the local cloud
PATIENCE_SECONDS = 240  # a message that a worker could not handle comes again after its visibility time-out

Watcher = Callable[[httpx.Request, httpx.Response], None]


@dataclass
class Site:
    """One visitor of the website; `token` is set once the visitor signed in."""

    url: str
    watcher: Watcher | None = None
    token: str | None = None
    refresh_token: str | None = None
    password: str = PASSWORD
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.url, timeout=PATIENCE_SECONDS)

    def __enter__(self) -> Site:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def call(self, method: str, path: str, json: Any = None, *, key: str | None = None, **more: Any) -> httpx.Response:
        """One call, with the visitor's token and, where given, an Idempotency-Key."""
        headers = dict(more.pop("headers", {}))
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if key is not None:
            headers["Idempotency-Key"] = key
        if json is not None:
            more["json"] = json
        answer = self.http.request(method, path, headers=headers, **more)
        if self.watcher:
            self.watcher(answer.request, answer)
        return answer

    def get(self, path: str, **more: Any) -> httpx.Response:
        """GET."""
        return self.call("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> httpx.Response:
        """POST."""
        return self.call("POST", path, json, **more)

    def current_agreements(self) -> dict[str, str]:
        """The version in force of each agreement."""
        return {each["id"]: each["version"] for each in self.get("/v1/agreements").json()["items"]}

    def accept(self, *agreements: str) -> list[dict[str, str]]:
        """Acceptances of agreements in their current versions."""
        current = self.current_agreements()
        return [{"agreement": each, "version": current[each]} for each in agreements]

    def code_for(self, email: str) -> str:
        """The six digits of the newest mail to this address."""
        for mail in self.http.get("/_local/mail", params={"to": email}).json()["items"]:
            found = re.search(r"\b\d{6}\b", mail["text"])
            if found:
                return found.group()
        raise LookupError("no mail with a code came to this address")

    def sign_in(self, email: str) -> httpx.Response:
        """Signs in and keeps the tokens."""
        answer = self.post("/v1/sessions", {"email": email, "password": self.password})
        if answer.status_code == 201:
            self.token, self.refresh_token = answer.json()["access_token"], answer.json()["refresh_token"]
        return answer

    def become_account(self, email: str | None = None) -> str:
        """Signs up, proves the address, signs in; returns the address."""
        email = email or f"{uuid.uuid4().hex[:12]}@example.org"
        form = {
            "email": email,
            "password": self.password,
            "country": "HK",
            "minor": False,
            "accept": self.accept("user-agreement", "privacy-policy"),
        }
        self.post("/v1/accounts", form).raise_for_status()
        self.post("/v1/accounts/verification", {"email": email, "code": self.code_for(email)}).raise_for_status()
        self.sign_in(email).raise_for_status()
        return email

    def order(self, plan: str = "premium", term: str = "month") -> dict[str, Any]:
        """Orders and confirms; returns the pending order with its checkout_url."""
        form = {"plan": plan, "term": term, "accept": self.accept("premium-agreement")}
        quote = self.post("/v1/orders", form, key=uuid.uuid4().hex).raise_for_status().json()
        confirmation = {"amount": quote["amount"], "currency": quote["currency"]}
        confirmed = self.post(f"/v1/orders/{quote['order_id']}/confirmation", confirmation).raise_for_status().json()
        return {**quote, **confirmed}

    def pay(self, order: Mapping[str, Any], outcome: str = "paid") -> httpx.Response:
        """What the visitor does on the provider's page."""
        answer = httpx.post(order["checkout_url"], json={"outcome": outcome}, timeout=PATIENCE_SECONDS)
        if self.watcher:
            self.watcher(answer.request, answer)
        return answer

    def become_member(self, plan: str = "premium") -> dict[str, Any]:
        """Buys a plan and waits until the membership is active; returns the order."""
        order = self.order(plan)
        self.pay(order).raise_for_status()
        self.wait_for(lambda: self.get("/v1/membership").json()["status"] == "active")
        return order

    def wait_for(self, reached: Callable[[], bool]) -> None:
        """Polls until the condition holds. Raises TimeoutError."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not reached():
            if time.monotonic() > deadline:
                raise TimeoutError("it did not come about")
            time.sleep(0.2)

    def download(self, track_id: str, rendition: str = "wav", **more: Any) -> httpx.Response:
        """Requests a download with a new Idempotency-Key."""
        key = more.pop("key", None) or uuid.uuid4().hex
        return self.post("/v1/downloads", {"track_id": track_id, "rendition": rendition, **more}, key=key)
