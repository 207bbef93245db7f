"""AWS region, endpoints and credentials: botocore's own configuration, without its clients."""

from __future__ import annotations

from functools import cache, cached_property

from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.exceptions import CredentialRetrievalError, MetadataRetrievalError, NoCredentialsError
from botocore.session import Session

from allmytracks.foundation.aws.calls import answer_of_aws
from allmytracks.foundation.errors import Unavailable

# As AWS_ENDPOINT_URL_... spells them.
SERVICES = ("cognito_identity_provider", "dynamodb", "eventbridge", "kms", "s3", "secrets_manager", "sqs")


class AwsEnvironment:
    """Region, endpoints and credentials as any SDK client of this process would use them.

    Credentials are fetched when the first request is signed and renewed by botocore before they expire: with SnapStart
    they come from Lambda's own endpoint, and none is in the snapshot.
    """

    def __init__(self) -> None:
        endpoints = {f"{each}_endpoint": _variables(each) for each in SERVICES}
        self._session = Session(session_vars=endpoints)

    @cached_property
    def region(self) -> str:
        return str(self._session.get_config_variable("region"))

    def endpoint(self, service: str) -> str | None:
        """The configured endpoint of a service; None for AWS's own."""
        found: str | None = self._session.get_config_variable(f"{service}_endpoint")
        return found

    @answer_of_aws
    def _credentials(self) -> Credentials:
        found: Credentials | None = self._session.get_credentials()
        if found is None:
            raise NoCredentialsError
        return found

    def credentials(self) -> ReadOnlyCredentials:
        """Credentials to sign one request. Raises NoCredentialsError, and Unavailable where their source fails."""
        try:
            return self._credentials.get_frozen_credentials()
        except (CredentialRetrievalError, MetadataRetrievalError) as error:
            raise Unavailable from error


def _variables(service: str) -> tuple[None, list[str], None, None]:
    return None, [f"AWS_ENDPOINT_URL_{service.upper()}", "AWS_ENDPOINT_URL"], None, None


@cache
def aws_environment() -> AwsEnvironment:
    """This process's environment."""
    return AwsEnvironment()
