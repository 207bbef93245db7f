"""botocore's clients, for the services that client.py does not cover.

A client created before a SnapStart snapshot must hold no credentials: botocore's own session fetches them when a client
is created, this one when the first request is signed.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from botocore.config import Config
from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.session import Session

from allmytracks.foundation.aws.environment import aws_environment

# All tries and the pauses between end before a function's time-out of ten seconds: by botocore's own default each waits
# a minute, so that a silent service would end the function without a response.
PATIENCE = Config(connect_timeout=2, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 3})


def sdk_client(service: str, config: Config | None = None) -> Any:
    """A client of the service by botocore's name for it, such as `s3`; does no network I/O.

    `config` is merged into PATIENCE; a service that may take longer to answer gets a `read_timeout` there.
    """
    return _session().create_client(service, config=PATIENCE if config is None else PATIENCE.merge(config))


class _LateCredentials(Credentials):
    """This process's credentials, fetched and renewed when a request is signed. Raises Unavailable where that fails."""

    def __init__(self) -> None:
        super().__init__(access_key="", secret_key="")

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        return aws_environment().credentials()


class _Session(Session):
    def get_credentials(self) -> Credentials:
        return _LateCredentials()


@cache
def _session() -> Session:
    return _Session()
