"""Fixtures of all tests: the real DynamoDB Local, and fresh tables as infra/data.yaml describes them."""

from __future__ import annotations

import functools
import os
import ssl
import uuid
from collections.abc import Callable, Iterator

import boto3
import botocore.session
import pytest
from httpx._config import DEFAULT_TIMEOUT_CONFIG
from hypothesis import HealthCheck, settings
from xdist.remote import Producer

from allmytracks.foundation.aws.client import KMS, AwsClient
from allmytracks.foundation.aws.environment import AwsEnvironment, aws_environment
from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.observability import logger
from infra.localcloud.dynamodb import start
from infra.localcloud.npm import UnavailableError
from tests.factories.ports import free_ports
from tests.factories.stored import undeclared_items
from tests.factories.tables import create_table
from tests.workers import ByGroup, Ends, place_of

pytest_plugins = ["tests.fixtures.operators", "tests.fixtures.faults", "tests.fixtures.stored"]

# No test passes or fails by the time that it takes, or by chance.
settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True, database=None
)
settings.load_profile("unhurried")

# Nor does a client of a test give up early: httpx waits 5 s, which a busy machine may need for a request.
for limit in ("connect", "read", "write", "pool"):
    setattr(DEFAULT_TIMEOUT_CONFIG, limit, 240)

# Every client of a test talks to loopback with these; nothing of the machine's own AWS set-up is read.
os.environ.update(
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",
    AWS_DEFAULT_REGION="ap-east-1",
    AWS_REGION="ap-east-1",
    AWS_CONFIG_FILE=os.devnull,
    AWS_SHARED_CREDENTIALS_FILE=os.devnull,
    AWS_EC2_METADATA_DISABLED="true",
    POWERTOOLS_SERVICE_NAME="test",
    POWERTOOLS_METRICS_NAMESPACE="AllMyTracks",
)
# Each client of httpx would read the machine's certificates again: 30 ms of CPU, for loopback without TLS.
ssl.create_default_context = functools.cache(ssl.create_default_context)  # type: ignore[assignment]
# Each session of botocore would read the services' models again: 110 ms in every test under moto.
botocore.session.create_loader = functools.cache(botocore.session.create_loader)
# Kept by the process from its first call on, which must not be one that is made while moto puts its own keys in.
aws_environment().credentials()
# Bound to the output of this process, before a command's is captured and closed.
logger()


def pytest_configure(config: pytest.Config) -> None:
    """The controller of the workers, which has all reports, says when they ended."""
    config.pluginmanager.register(Ends())


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByGroup:
    """Keeps a module's tests on one worker, which makes their fixtures once."""
    return ByGroup(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the longest groups first."""
    items.sort(key=lambda item: place_of(item.nodeid))


@pytest.fixture(scope="session")
def dynamodb() -> Iterator[str]:
    """The address of a real DynamoDB Local; where it cannot be had its tests are reported as not run, and CI fails."""
    try:
        server = start(free_ports(1))
    except UnavailableError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"DynamoDB Local cannot be had, and CI needs it: {error}")
        pytest.skip(f"NOT RUN, DynamoDB Local cannot be had: {error}")
    yield server.endpoint
    server.stop()


@pytest.fixture(scope="session")
def moto_server() -> Iterator[str]:
    """moto's address, for what does not go through botocore; it has the contents that boto3 sees under mock_aws."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - half a second, for a few tests

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def own_kms(moto_server: str) -> AwsClient:
    """Our own client of KMS, at moto's."""
    return AwsClient(KMS, AwsEnvironment(), moto_server)


@pytest.fixture
def make_table(dynamodb: str) -> Iterator[Callable[[str], Table]]:
    """Makes fresh tables by their logical names in infra/data.yaml."""
    client = boto3.client("dynamodb", endpoint_url=dynamodb)
    made: dict[str, str] = {}

    def make(logical_name: str) -> Table:
        name = f"{logical_name}-{uuid.uuid4().hex[:12]}"
        create_table(client, logical_name, name)
        made[name] = logical_name
        return Table(name, dynamodb)

    yield make
    undeclared = [key for name, logical_name in made.items() for key in undeclared_items(client, logical_name, name)]
    for name in made:
        client.delete_table(TableName=name)
    client.close()
    assert not undeclared, "stored, but declared in no records.py"


@pytest.fixture
def accounts_table(make_table: Callable[[str], Table]) -> Table:
    return make_table("AccountsTable")


@pytest.fixture
def counters_table(make_table: Callable[[str], Table]) -> Table:
    return make_table("CountersTable")


@pytest.fixture
def catalog_table(make_table: Callable[[str], Table]) -> Table:
    return make_table("CatalogTable")


@pytest.fixture
def recordings_table(make_table: Callable[[str], Table]) -> Table:
    return make_table("RecordingsTable")
