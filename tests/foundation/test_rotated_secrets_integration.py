"""Secrets of Secrets Manager: a new value is used within five minutes, and a mistyped one is not the caller's fault."""

from __future__ import annotations

from collections.abc import Callable

import boto3
import pytest

from allmytracks.accounts.third_party.oidc import Client
from allmytracks.foundation.aws.client import SECRETS_MANAGER, AwsClient
from allmytracks.foundation.aws.environment import AwsEnvironment
from allmytracks.foundation.aws.secrets import CachedSecret
from allmytracks.foundation.errors import Unavailable
from tests.factories.instants import NOW
from tests.fakes.foundation import FixedClock

NAME = "client-of-the-provider"


@pytest.fixture
def put(moto_server: str) -> Callable[[str], object]:
    client = boto3.client("secretsmanager", endpoint_url=moto_server)
    client.create_secret(Name=NAME, SecretString='{"client_id": "site", "client_secret": "former"}')
    return lambda text: client.put_secret_value(SecretId=NAME, SecretString=text)


def test_a_new_value_is_used_within_five_minutes(moto_server: str, put: Callable[[str], object]) -> None:
    clock = FixedClock(NOW)
    secret = CachedSecret(AwsClient(SECRETS_MANAGER, AwsEnvironment(), moto_server), NAME, clock, Client)
    assert secret().client_secret == "former"
    put('{"client_id": "site", "client_secret": "new"}')
    assert secret().client_secret == "former"
    clock.advance(minutes=5)
    assert secret().client_secret == "new"
    clock.advance(minutes=5)
    put("mistyped")
    with pytest.raises(Unavailable):
        secret()
