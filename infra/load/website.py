"""What the website asks of the API, in the proportions of docs/scale.md: `make load`, against `make run`.

A local cloud runs on one machine and says nothing of AWS's limits; it shows which routes fail or slow down when many
ask at once. Weights are those of infra/scale.py (tests/house/test_scale.py compares).
"""

from __future__ import annotations

import random
import re
import uuid

import requests
from locust import FastHttpUser, between, events, task

PASSWORD = "Correct4horse battery"  # of accounts that live as long as the local cloud
WORDS = ("piano", "rain", "drum", "calm", "city", "night", "wind", "jazz")
# Refusals that are right: the day's downloads are used up, or one takes them too fast.
EXPECTED = (429,)
numbers: list[str] = []


@events.test_start.add_listener
def _without_throttling(environment, **_more) -> None:
    """All visitors come from one address."""
    requests.post(f"{environment.host}/_local/limits", json={"throttling": False, "anti_fraud": False}, timeout=60)


class Member(FastHttpUser):
    """A visitor who signed up and has a membership."""

    wait_time = between(0.5, 2)

    def on_start(self) -> None:
        self.email, self.tracks, self.held = f"{uuid.uuid4().hex[:12]}@example.org", [], []
        accepted = {each["id"]: each["version"] for each in self._json("GET", "/v1/agreements")["items"]}
        self.accept = lambda *names: [{"agreement": name, "version": accepted[name]} for name in names]
        form = {"email": self.email, "password": PASSWORD, "country": "HK", "minor": False}
        self._json("POST", "/v1/accounts", form | {"accept": self.accept("user-agreement", "privacy-policy")})
        mails = self._json("GET", f"/_local/mail?to={self.email}")["items"]
        code = next(found[0] for each in mails if (found := re.search(r"\b\d{6}\b", each["text"])))
        self._json("POST", "/v1/accounts/verification", {"email": self.email, "code": code})
        self.sign_in()
        self.tracks = [each["track_id"] for each in self._json("GET", "/v1/tracks")["items"]]
        self.order()

    def _json(self, method: str, path: str, body=None, name: str | None = None, **headers: str):
        """The answer's JSON; with the member's token where there is one, and a key of its own for what is done once."""
        if token := getattr(self, "token", None):
            headers["Authorization"] = f"Bearer {token}"
        if method == "POST":
            headers["Idempotency-Key"] = uuid.uuid4().hex
        named = name or path.partition("?")[0]
        with self.client.request(
            method, path, json=body, headers=headers, name=f"{method} {named}", catch_response=True
        ) as answer:
            if answer.status_code in EXPECTED:
                answer.success()
            return answer.json() if answer.status_code < 300 and answer.content else {}

    @task(45)
    def search(self) -> None:
        word = random.choice(WORDS)
        path = random.choice((f"/v1/tracks?q={word}", "/v1/tracks?kind=music", f"/v1/tracks/suggestions?q={word[:3]}"))
        self._json("GET", path)

    @task(25)
    def look(self) -> None:
        if random.random() < 0.5:
            self._json("GET", f"/v1/tracks/{random.choice(self.tracks)}", name="/v1/tracks/{track_id}")
        else:
            self._json("GET", random.choice(("/v1/plans", "/v1/agreements", "/v1/status")))

    @task(15)
    def see_account(self) -> None:
        paths = ("/v1/account", "/v1/notices", "/v1/account/timeline", "/v1/allowance", "/v1/membership")
        self._json("GET", random.choice(paths))

    @task(4)
    def sign_in(self) -> None:
        found = self._json("POST", "/v1/sessions", {"email": self.email, "password": PASSWORD})
        self.token = found.get("access_token", getattr(self, "token", None))

    @task(6)
    def download(self) -> None:
        form = {"track_id": random.choice(self.tracks), "rendition": "wav"}
        if found := self._json("POST", "/v1/downloads", form).get("download_id"):
            self.held.append(found)

    @task(2)
    def license(self) -> None:
        if not self.held:
            return
        form = {
            "download_id": self.held.pop(),
            "licensee": {"name": "Ada Lovelace", "kind": "individual"},
            "project": {"name": "My holiday", "kind": "personal"},
            "purpose": "social_media",
            "platform": "YouTube",
        }
        if number := self._json("POST", "/v1/licenses", form).get("number"):
            numbers.append(number)

    @task(1)
    def order(self) -> None:
        form = {"plan": "premium", "term": "month", "accept": self.accept("premium-agreement")}
        quote = self._json("POST", "/v1/orders", form)
        if "order_id" in quote:
            path, named = f"/v1/orders/{quote['order_id']}/confirmation", "/v1/orders/{order_id}/confirmation"
            price = {"amount": quote["amount"], "currency": quote["currency"]}
            if address := self._json("POST", path, price, name=named).get("checkout_url"):
                self.client.post(address, json={"outcome": "paid"}, name="pay, at the provider")

    @task(2)
    def verify(self) -> None:
        if numbers:
            number = random.choice(numbers)
            self._json("GET", f"/v1/verifications/{number}", name="/v1/verifications/{number}")
