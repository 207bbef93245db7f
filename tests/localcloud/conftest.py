"""What the tests of the local cloud's running side share: a runtime over the functions in fixtures/running."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from joserfc.jwk import KeySet

from infra.localcloud import clock
from infra.localcloud.deployment import Cors, Deployment, Function, Route, Statement, Throttle
from infra.localcloud.gateway import Gateway
from infra.localcloud.runtime import Runtime, Surroundings
from infra.localcloud.serving import Server
from tests.localcloud.running import KEY, function


@pytest.fixture(autouse=True)
def objects_are_declared() -> None:
    """Not of the product: what these tests put belongs to templates of their own (see tests/fixtures/stored.py)."""


def route(method: str, path: str, target: str, **more: object) -> Route:
    fields: dict[str, object] = {
        "authorizer": None,
        "throttle": None,
        "payload": "2.0",
        "api": "httpapi",
        "stage": "$default",
        **more,
    }
    return Route(method=method, path=path, function=target, **fields)  # type: ignore[arg-type]  # spelled out above


@pytest.fixture
def clock_file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "clock"
    clock.reset(path)
    yield path
    clock.release()


@pytest.fixture
def meeting(tmp_path: Path) -> Path:
    """An empty folder, where two processes meet."""
    place = tmp_path / "meeting"
    place.mkdir()
    return place


@pytest.fixture
def surroundings(tmp_path: Path, clock_file: Path) -> Surroundings:
    return Surroundings("eu-west-1", "123456789012", "http://127.0.0.1:9", clock_file, tmp_path / "logs")


@pytest.fixture
def start_runtime(surroundings: Surroundings) -> Iterator[Callable[..., Runtime]]:
    started: list[Runtime] = []

    def start(*functions: Function, **options: object) -> Runtime:
        named = {each.name: each for each in functions}
        runtime = Runtime(named, surroundings, port=0, **options)  # type: ignore[arg-type]  # limits and durations
        runtime.start()
        started.append(runtime)
        return runtime

    yield start
    for runtime in started:
        runtime.stop()


@pytest.fixture
def deployment() -> Deployment:
    """A deployment with one route of each kind, all leading to the echo function."""
    target = "EchoFunction"
    return Deployment(
        region="eu-west-1",
        account_id="123456789012",
        functions={target: function(target, "echo", {"MODE": "first"})},
        routes=(
            route("GET", "/v1/open", target),
            route("POST", "/v1/open", target),
            route("GET", "/v1/things/{id}", target),
            route("GET", "/v1/things/special", target),
            route("ANY", "/v1/rest/{proxy+}", target),
            route("GET", "/v1/closed", target, authorizer="jwt"),
            route("GET", "/v1/scoped", target, authorizer="jwt", authorization_scopes=("things/read",)),
            route("GET", "/v1/slow", target, throttle=Throttle(rate=1 / 600, burst=2)),
            route(
                "GET",
                "/accounts/{id}",
                target,
                authorizer="iam",
                payload="1.0",
                api="restapi",
                stage="ops",
                refusal_headers=(("X-Refused-By", "gateway"),),
            ),
        ),
        cors=Cors(
            ("https://www.example.com",),
            ("GET", "POST"),
            ("authorization",),
            ("etag",),
            allow_credentials=False,
            max_age_seconds=600,
        ),
        queue_mappings=(),
        stream_mappings=(),
        schedules=(),
        jwt_issuer="https://issuer.example/pool",
        jwt_audiences=("client",),
        outputs={},
        physical_ids={},
        operator_policies={
            name: (Statement("Allow", ("execute-api:Invoke",), (f"arn:aws:execute-api:{end}",), {}),)
            for name, end in {
                "Readers": "eu-west-1:123456789012:restapi/ops/GET/*",
                "Writers": "eu-west-1:123456789012:restapi/ops/POST/accounts/*/measures",
            }.items()
        },
    )


@pytest.fixture
def gateway(
    deployment: Deployment, start_runtime: Callable[..., Runtime], clock_file: Path, tmp_path: Path
) -> Iterator[tuple[httpx.Client, Gateway]]:
    runtime = start_runtime(*deployment.functions.values())
    keys = KeySet([KEY]).as_dict(private=False)
    app = Gateway(
        deployment, runtime, fetch_keys=lambda: dict(keys), clock_file=clock_file, log=tmp_path / "logs" / "gateway.log"
    )
    server = Server(0, app)
    server.start()
    with httpx.Client(base_url=server.url, timeout=240, trust_env=False) as client:
        yield client, app
    server.stop()


@pytest.fixture
def client(gateway: tuple[httpx.Client, Gateway]) -> httpx.Client:
    return gateway[0]
