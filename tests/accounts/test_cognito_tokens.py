"""Members' tokens on routes that are open to everybody: only the pool's own, for our client, in their time, count."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from allmytracks.accounts.cognito_tokens import FETCHED_AT_MOST_EVERY, CognitoTokens
from allmytracks.foundation.errors import Unavailable
from tests.factories.instants import NOW
from tests.fakes.foundation import FixedClock

ISSUER, CLIENT, MEMBER = "https://cognito-idp.example/pool", "client", "acc-1"
CLAIMS = {"iss": ISSUER, "aud": CLIENT, "token_use": "id", "sub": MEMBER, "exp": int(NOW.timestamp()) + 3600}


class Pool:
    """Publishes keys and signs by them."""

    def __init__(self) -> None:
        self.keys: list[RSAKey] = [self.new_key("1")]
        self.status, self.fetched = 200, 0

    def new_key(self, kid: str) -> RSAKey:
        return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})

    def sign(self, claims: Mapping[str, object], key: RSAKey | None = None) -> str:
        signer = key or self.keys[-1]
        return jwt.encode({"alg": "RS256", "kid": str(signer.kid)}, dict(claims), signer)


@pytest.fixture
def pool() -> Pool:
    return Pool()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def tokens(pool: Pool, clock: FixedClock) -> Iterator[CognitoTokens]:
    class Published(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pool.fetched += 1
            body = json.dumps({"keys": [each.as_dict(private=False) for each in pool.keys]}).encode()
            self.send_response(pool.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Published)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made = CognitoTokens(ISSUER, CLIENT, f"http://127.0.0.1:{server.server_port}/keys", clock)
    yield made
    made.close()
    server.shutdown()
    server.server_close()


@pytest.mark.clause("P-6.search")
def test_a_token_of_the_pool_tells_its_account(pool: Pool, tokens: CognitoTokens) -> None:
    assert [tokens.account_of(pool.sign(CLAIMS)) for _ in range(3)] == [MEMBER] * 3
    assert pool.fetched == 1


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://cognito-idp.example/another"},
        {"aud": "another"},
        {"token_use": "access"},
        {"exp": int(NOW.timestamp())},
        {"exp": "never"},
        {"exp": None},
        {"sub": None},
    ],
)
def test_any_other_token_is_nobodys(pool: Pool, tokens: CognitoTokens, change: dict[str, object]) -> None:
    assert tokens.account_of(pool.sign({**CLAIMS, **change})) is None


def test_a_forged_token_is_nobodys(pool: Pool, tokens: CognitoTokens) -> None:
    forged = pool.sign(CLAIMS, pool.new_key("1"))
    secret = OctKey.generate_key(256)
    by_secret = jwt.encode({"alg": "HS256", "kid": "1"}, dict(CLAIMS), secret, algorithms=["HS256"])
    header = base64.urlsafe_b64encode(b'{"alg":"none","kid":"1"}').decode().rstrip("=")
    unsigned = f"{header}.{forged.split('.')[1]}."
    for each in (forged, by_secret, unsigned, "nonsense", "a.b.c", "", "x" * 10_000, "ü.ü.ü"):
        assert tokens.account_of(each) is None


def test_new_keys_are_fetched_but_not_for_each_token_of_an_unknown_key(
    pool: Pool, tokens: CognitoTokens, clock: FixedClock
) -> None:
    assert tokens.account_of(pool.sign(CLAIMS)) == MEMBER
    pool.keys.append(pool.new_key("2"))
    for _ in range(5):
        assert tokens.account_of(pool.sign(CLAIMS)) is None
    assert pool.fetched == 1
    clock.advance(seconds=FETCHED_AT_MOST_EVERY / timedelta(seconds=1))
    assert tokens.account_of(pool.sign(CLAIMS)) == MEMBER
    assert tokens.account_of(pool.sign(CLAIMS, pool.keys[0])) == MEMBER
    assert pool.fetched == 2


def test_without_keys_it_is_unavailable(pool: Pool, tokens: CognitoTokens) -> None:
    pool.status = 500
    with pytest.raises(Unavailable):
        tokens.account_of(pool.sign(CLAIMS))
