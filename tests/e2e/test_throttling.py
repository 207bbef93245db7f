"""Clients are throttled, through the gateway, with the values of production (U-II.IV.7)."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from allmytracks.foundation.throttling.rules import SEARCH, SIGN_IN, SIGN_IN_FAILURES, Limit
from infra.demo.site import Site

pytestmark = [
    pytest.mark.clause("U-II.IV.7"),
    pytest.mark.usefixtures("production_limits"),
]


def wait_for_a_fresh_window(site: Site, limit: Limit) -> None:
    """Moves the clock to where a window of this limit begins, so that the requests that follow fall into one."""
    epoch = site.http.get("/_local/clock").json()["epoch"]
    advance(site, limit.seconds - epoch % limit.seconds)


def advance(site: Site, seconds: float) -> None:
    site.http.post("/_local/clock", json={"advance_seconds": seconds}).raise_for_status()


def switch(site: Site, *, throttling: bool) -> None:
    site.http.post("/_local/limits", json={"throttling": throttling}).raise_for_status()


def refused_until(answer: httpx.Response, limit: Limit) -> int:
    """Asserts that this is the refusal of a limit; returns its Retry-After, in seconds."""
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert answer.headers["content-type"] == "application/problem+json"
    seconds = int(answer.headers["retry-after"])
    assert 1 <= seconds <= limit.seconds
    assert answer.headers["ratelimit-policy"] == f'"{limit.name}";q={limit.requests};w={limit.seconds}'
    assert answer.headers["ratelimit"].startswith(f'"{limit.name}";r=0;t=')
    return seconds


def test_sign_ins_of_one_client_are_limited_until_the_window_ends(site: Site) -> None:
    email = site.become_account()
    wait_for_a_fresh_window(site, SIGN_IN)
    answers = [site.sign_in(email) for _ in range(SIGN_IN.requests)]
    assert {answer.status_code for answer in answers} == {201}
    assert answers[-1].headers["ratelimit"].startswith(f'"{SIGN_IN.name}";r=0;')
    refused_until(site.sign_in(email), SIGN_IN)
    switch(site, throttling=False)
    assert site.sign_in(email).status_code == 201
    switch(site, throttling=True)
    advance(site, refused_until(site.sign_in(email), SIGN_IN))
    assert site.sign_in(email).status_code == 201


def test_wrong_passwords_close_an_address_and_no_other(site: Site, visitor: Callable[[], Site]) -> None:
    email, other = site.become_account(), visitor()
    others = other.become_account()
    wait_for_a_fresh_window(site, SIGN_IN_FAILURES)
    for _ in range(SIGN_IN_FAILURES.requests):
        wrong = site.post("/v1/sessions", {"email": email, "password": "Wrong4horse battery"})
        assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_credentials")
    seconds = refused_until(site.sign_in(email), SIGN_IN_FAILURES)
    assert other.sign_in(others).status_code == 201
    advance(site, seconds)
    assert site.sign_in(email).status_code == 201


def test_a_flood_of_searches_is_stopped_and_a_visitor_is_not(site: Site) -> None:
    wait_for_a_fresh_window(site, SEARCH)
    for passed in range(3 * SEARCH.requests):
        answer = site.get("/v1/tracks")
        if answer.status_code != 200:
            assert passed >= SEARCH.requests
            advance(site, refused_until(answer, SEARCH))
            break
    assert answer.status_code == 429
    assert site.get("/v1/tracks").status_code == 200
