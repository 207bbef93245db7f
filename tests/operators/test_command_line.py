"""The commands beside the import, and how they sign and what they say when something is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import boto3
import httpx
import pytest
from botocore.credentials import Credentials
from botocore.exceptions import UnauthorizedSSOTokenError
from cryptography.x509 import load_pem_x509_certificate
from moto import mock_aws

from infra.localcloud.authorizers import IamAuthorizer
from infra.localcloud.credentials import OPERATOR, REGION, SECRET
from infra.localcloud.deployment import Deployment, Route
from infra.localcloud.events import Answer, Request
from infra.ops.client import AwsSignature, OpsClient, connect
from infra.ops.errors import Exit, OpsError
from infra.ops.main import app
from tests.factories.catalogue import origin, track
from tests.factories.command_line import run_command
from tests.factories.operators import ACCOUNT, ORDER, Backend, Run

ROOT = Path(__file__).parents[2]


def test_accounts_and_orders(backend: Backend, run: Run) -> None:
    backend.accounts.add(ACCOUNT, [])
    backend.orders.add(ORDER)
    shown = run("accounts", "show", "acc-1")
    assert shown.exit_code == 0
    assert "mia@example.com" in shown.output
    assert "ord_1" in shown.output
    assert "19900" in run("orders", "show", "ord_1").output


def test_accounts_are_found_and_their_orders_listed(backend: Backend, run: Run) -> None:
    backend.accounts.add(ACCOUNT, [])
    backend.orders.add(ORDER)
    for words in (("list",), ("list", "--state", "active", "--since", "2020-01-01"), ("search", "acc-1")):
        assert run("accounts", *words).output.startswith("1 account\n"), words
    assert run("accounts", "list", "--state", "banned").output == "0 accounts\n"
    assert run("accounts", "search", "acc-2").exit_code == 3
    assert "ord_1" in run("orders", "list", "--account", "acc-1").output
    assert run("orders", "list", "--account", "acc-1", "--status", "active").output == "0 orders\n"
    assert run("orders", "list").exit_code == 2


def test_tracks_are_listed_over_pages(backend: Backend, run: Run) -> None:
    for number in range(130):
        backend.tracks.add(track(f"Track {number}"), origin(f"Track {number}"))
    assert run("tracks", "list", "--limit", "120").output.count("trk_") == 120
    assert "130 tracks" in run("tracks", "list", "--limit", "50000").output
    assert "The Samples" in run("tracks", "show", track("Track 1").id).output


@pytest.mark.parametrize(
    "words", [("accounts", "show", "acc-2"), ("orders", "show", "ord_2"), ("tracks", "show", "trk_2")]
)
def test_a_missing_object_is_reported_in_one_line(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 3
    assert result.output.startswith("There is no such")
    assert result.output.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ("accounts", "show"),
        ("accounts", "show", "acc-1", "--email", "a@example.com"),
        ("orders", "show", "../accounts"),
        ("publish", "noise", "x.toml"),
        ("tracks", "import", "/no/such/folder"),
        ("tracks", "lisst"),
        ("--noise", "tracks", "list"),
    ],
)
def test_wrong_arguments_are_reported_with_the_usage(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert "Usage" in result.output
    program = run(*words, "--json")
    refusal = json.loads(program.stderr)
    assert (program.exit_code, program.stdout) == (2, "")
    assert (refusal["code"], refusal["status"]) == ("usage", 0)
    assert refusal["message"] in " ".join(result.output.split()).replace("│ ", "")


def test_a_certificate_is_requested_made_and_published(
    backend: Backend, run: Run, tmp_path: Path, moto_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", moto_server)
    with mock_aws():
        key = boto3.client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
        words = (key, "--name", "Letters", "--organisation", "AllMyTracks")
        assert run("certificates", "request", *words).output.startswith("-----BEGIN CERTIFICATE REQUEST-----")
        made = run("certificates", "self-sign", *words)
        refused = run("certificates", "request", "alias/none", *words[1:])
        german = run("certificates", "self-sign", *words, "--country", "de")
        nowhere = [run("certificates", command, *words, "--country", "UK") for command in ("request", "self-sign")]
    assert refused.exit_code == 2
    assert "KEY_ARN" in refused.output
    assert "C=DE" in load_pem_x509_certificate(german.output.encode()).subject.rfc4514_string()
    assert [(each.exit_code, "--country" in each.output) for each in nowhere] == [(2, True)] * 2
    chain = tmp_path / "chain.pem"
    chain.write_text(made.output)
    assert run("certificates", "publish", str(chain)).exit_code == 0
    (published,) = backend.publications.all("certificates")
    assert published.body == {"chain": made.output}
    assert ("published", f"certificates/{published.version}") in backend.acts
    chain.write_text("nothing")
    assert run("certificates", "publish", str(chain)).exit_code == 2


@pytest.mark.parametrize("kind", ["plans", "agreements", "name-rules", "fraud-rules", "taxes"])
def test_what_config_holds_can_be_published(backend: Backend, run: Run, kind: str) -> None:
    result = run("publish", kind, str(ROOT / "config" / f"{kind}.toml"))
    assert result.exit_code == 0, result.output
    again = run("publish", kind, str(ROOT / "config" / f"{kind}.toml"))
    assert again.exit_code == 0
    assert len(backend.publications.all(kind)) == result.output.count("published")


@pytest.mark.parametrize(
    "text",
    ["not = toml = at all", 'version = "1"', 'version = "1"\neffective_at = 2026-11-01T00:00:00\n[body]\n', "x = 1"],
)
def test_a_file_that_cannot_be_published(run: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "x.toml").write_text(text)
    assert run("publish", "plans", str(tmp_path / "x.toml")).exit_code == 2


@pytest.mark.parametrize(
    ("kind", "was", "wrong", "told"),
    [
        ("plans", 'currency = "USD", amount = 1990', 'currency = "KWD", amount = 1235', "multiples of 10"),
        ("taxes", '"DE"', '"UK"', "ISO 3166-1"),
    ],
)
def test_what_could_not_be_charged_or_taxed_is_not_published(
    backend: Backend, run: Run, tmp_path: Path, kind: str, was: str, wrong: str, told: str
) -> None:
    text = (ROOT / "config" / f"{kind}.toml").read_text()
    assert was in text
    (tmp_path / "x.toml").write_text(text.replace(was, wrong))

    result = run("publish", kind, str(tmp_path / "x.toml"))

    assert (result.exit_code, told in result.output) == (3, True)
    assert list(backend.publications.all(kind)) == []


def test_a_refused_publication_names_what_is_wrong(run: Run) -> None:
    result = run("publish", "plans", str(ROOT / "config" / "name-rules.toml"))
    assert result.exit_code == 3
    assert "body" in result.output


def test_an_unreachable_api_is_reported_without_a_traceback() -> None:
    result = run_command(app, ["--api-url", "http://127.0.0.1:9/ops", "tracks", "list"])
    assert result.exit_code == 1
    assert "does not answer at http://127.0.0.1:9/ops" in result.output
    assert not {"Traceback", "[Errno"} & set(result.output.replace("(", " ").split())


def test_an_identity_that_ended_is_reported_without_another_attempt() -> None:
    asked = []

    def ended(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        raise UnauthorizedSSOTokenError

    http = httpx.Client(transport=httpx.MockTransport(ended), base_url="http://ops.invalid/ops")
    with pytest.raises(OpsError, match="your AWS identity cannot be used") as refused:
        OpsClient(http, http).call("GET", "/tracks")
    assert (refused.value.code, refused.value.exit_code, len(asked)) == ("no_credentials", Exit.FAILED, 1)


def test_a_wrong_address_is_reported() -> None:
    assert "no address" in run_command(app, ["--api-url", "nonsense", "tracks", "list"]).output


class Signed(httpx.BaseTransport):
    """Keeps what was sent, as the gateway receives it."""

    def __init__(self) -> None:
        self.seen: Request | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = tuple((name.decode(), value.decode()) for name, value in request.headers.raw)
        path, _, query = request.url.raw_path.decode().partition("?")
        self.seen = Request(request.method, path, query, headers, request.read())
        return httpx.Response(200, json={})


def gateway_says(credentials: Credentials, **call: object) -> object:
    transport = Signed()
    api = httpx.Client(
        transport=transport, base_url="http://127.0.0.1:3000/ops", auth=AwsSignature(credentials, REGION)
    )
    OpsClient(api, httpx.Client()).call(**call)  # type: ignore[arg-type]  # by name
    assert transport.seen is not None
    deployment = Deployment(REGION, "123456789012", {}, (), None, (), (), (), "", (), {}, {})
    route = Route("GET", "/accounts", "OpsApiFunction", "iam", None, "1.0", "OpsApi", "ops")
    return IamAuthorizer(deployment).authorize(transport.seen, route)


@pytest.mark.parametrize(
    "call",
    [
        {"method": "GET", "path": "/accounts", "query": {"email": "mia+tag@example.com"}},
        {"method": "GET", "path": "/tracks", "query": {"limit": 3, "cursor": None}},
        {"method": "POST", "path": "/imports", "json": {"label": "夜 & Tag", "files": 3}},
    ],
)
def test_requests_are_signed_as_aws_wants_them(call: dict[str, object]) -> None:
    known = gateway_says(Credentials(OPERATOR, SECRET), **call)
    assert isinstance(known, dict)
    assert known["userArn"] == "arn:aws:iam::123456789012:user/local-operator"
    assert isinstance(gateway_says(Credentials(OPERATOR, "another secret"), **call), Answer)


def test_the_region_is_that_of_the_address() -> None:
    client = connect("https://abc.execute-api.eu-west-1.amazonaws.com/ops")
    auth = client._api.auth
    client.close()
    assert isinstance(auth, AwsSignature)
    signed = next(auth.auth_flow(httpx.Request("GET", "https://abc.example/ops/tracks")))
    assert "/eu-west-1/execute-api/aws4_request" in signed.headers["Authorization"]


def test_an_address_without_a_path_leads_to_the_stage() -> None:
    client = connect("http://127.0.0.1:3000")
    client.close()
    assert str(client._api.base_url) == "http://127.0.0.1:3000/ops/"
