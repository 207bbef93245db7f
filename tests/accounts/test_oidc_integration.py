"""The provider's adapter against a real OpenID Connect server: what it proves, and what it does not."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from msgspec.structs import replace

from allmytracks.accounts.third_party.oidc import Client, OidcProvider
from allmytracks.accounts.third_party.rules import Attempt, NoThirdParty, ThirdPartyIdentity, ThirdPartyRefused
from allmytracks.foundation.errors import Unavailable
from tests.factories.oidc_server import OidcServer, changed, serving
from tests.fakes.foundation import FixedClock

pytestmark = pytest.mark.clause("U-II.II.2.third")
NOW = datetime.now(UTC)
ATTEMPT = Attempt("visit_1", "state_1", "nonce_1", "v" * 43, NOW + timedelta(minutes=15))
CLIENT = Client("allmytracks", "a secret")
HERE = "https://site.example/signed-in"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OidcServer]:
    with serving(tmp_path_factory.mktemp("provider")) as running:
        running.knows("ada", email="Ada@example.org", email_verified=True, name="Ada", phone_number="1")
        yield running


def provider(issuer: str, client: Client = CLIENT, now: datetime | None = None) -> OidcProvider:
    return OidcProvider(issuer, lambda: client, HERE, FixedClock(now or datetime.now(UTC)))


def attempt(nonce: str) -> Attempt:
    """The server takes each nonce once."""
    return replace(ATTEMPT, nonce=nonce)


@pytest.mark.clause("P-2.third")
def test_a_person_is_known_by_subject_and_address_and_nothing_else(server: OidcServer) -> None:
    ours, visit = provider(server.issuer), attempt("first")
    url = ours.address(visit)
    assert "scope=openid+email" in url
    state, code = server.visit(url, "ada")
    assert state == visit.state
    assert ours.identity(visit, code) == ThirdPartyIdentity(
        server.issuer, "ada", "Ada@example.org", email_verified=True
    )


def test_an_unverified_address_is_told_as_such(server: OidcServer) -> None:
    server.knows("eve", email="ada@example.org", email_verified=False)
    server.knows("mallory", email="ada@example.org", email_verified="true")
    server.knows("nobody")
    ours = provider(server.issuer)
    for subject, email in (("eve", "ada@example.org"), ("mallory", "ada@example.org"), ("nobody", None)):
        visit = attempt(f"nonce of {subject}")
        _, code = server.visit(ours.address(visit), subject)
        assert ours.identity(visit, code) == ThirdPartyIdentity(server.issuer, subject, email, email_verified=False)


def test_a_code_serves_once(server: OidcServer) -> None:
    ours, visit = provider(server.issuer), attempt("once")
    _, code = server.visit(ours.address(visit), "ada")
    ours.identity(visit, code)
    with pytest.raises(ThirdPartyRefused):
        ours.identity(visit, code)


def test_another_nonce_verifier_or_code_is_refused(server: OidcServer) -> None:
    ours = provider(server.issuer)
    url = ours.address(attempt("mine"))
    _, code = server.visit(changed(url, "nonce", "another"), "ada")
    with pytest.raises(ThirdPartyRefused):
        ours.identity(attempt("mine"), code)
    _, code = server.visit(url, "ada")
    with pytest.raises(ThirdPartyRefused):
        ours.identity(replace(attempt("mine"), code_verifier="w" * 43), code)
    for wrong in ("", "unknown", "x" * 5000, "ü"):
        with pytest.raises(ThirdPartyRefused):
            ours.identity(attempt("mine"), wrong)


def test_a_token_for_another_client_is_refused(server: OidcServer) -> None:
    ours, visit = provider(server.issuer), attempt("for another")
    id_token = _id_token_of(server, Client("another", "s"), visit)
    with pytest.raises(Exception, match=r"aud|azp"):
        ours._claims(id_token, visit)


@pytest.mark.parametrize("moved", [timedelta(hours=2), timedelta(hours=-2)], ids=["expired", "not yet issued"])
def test_a_token_of_another_time_is_refused(server: OidcServer, moved: timedelta) -> None:
    visit = attempt(f"moved by {moved}")
    ours = provider(server.issuer, now=datetime.now(UTC) + moved)
    _, code = server.visit(ours.address(visit), "ada")
    with pytest.raises(ThirdPartyRefused):
        ours.identity(visit, code)


def test_a_token_signed_by_another_or_by_none_is_refused(server: OidcServer) -> None:
    ours, visit, epoch = provider(server.issuer), attempt("forged"), int(datetime.now(UTC).timestamp())
    claims = {
        "iss": server.issuer,
        "sub": "ada",
        "aud": CLIENT.client_id,
        "nonce": visit.nonce,
        "iat": epoch,
        "exp": epoch + 60,
    }
    stranger = RSAKey.generate_key(2048, {"kid": "1"}, auto_kid=False)
    unsigned = f"{_base64({'alg': 'none'})}.{_base64(claims)}."
    for forged in (jwt.encode({"alg": "RS256", "kid": "1"}, claims, stranger), unsigned, "no token", ""):
        with pytest.raises(Exception) as refused:  # noqa: PT011 - each kind of forgery has an error of its own
            ours._claims(forged, visit)
        assert type(refused.value).__module__.startswith(("joserfc", "builtins"))


def test_another_issuer_than_the_one_that_is_configured_is_no_provider(server: OidcServer) -> None:
    with pytest.raises(Unavailable):
        provider(server.issuer + "/").address(attempt("with a slash"))


def test_a_provider_that_is_down_is_a_passing_failure(tmp_path_factory: pytest.TempPathFactory) -> None:
    with serving(tmp_path_factory.mktemp("going down")) as passing:
        passing.knows("ada")
        ours, visit = provider(passing.issuer), attempt("down")
        _, code = passing.visit(ours.address(visit), "ada")
    with pytest.raises(Unavailable):
        ours.identity(visit, code)
    with pytest.raises(Unavailable):
        provider(passing.issuer).address(visit)


def test_without_a_provider_nothing_is_offered() -> None:
    with pytest.raises(NoThirdParty):
        provider("").address(ATTEMPT)
    with pytest.raises(NoThirdParty):
        provider("").identity(ATTEMPT, "code")


def _base64(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _id_token_of(server: OidcServer, client: Client, visit: Attempt) -> str:
    theirs = provider(server.issuer, client)
    _, code = server.visit(theirs.address(visit), "ada")
    answer = theirs._session().fetch_token(
        theirs._metadata().token_endpoint, code=code, code_verifier=visit.code_verifier
    )
    return str(answer["id_token"])
