"""Under which keys the tests call: DynamoDB Local keeps the tables of each access key apart."""

from __future__ import annotations

from moto import mock_aws

from allmytracks.foundation.aws.environment import aws_environment


def test_a_process_whose_first_call_is_made_under_moto_signs_by_the_same_keys_as_later() -> None:
    """Or else the tables of all later tests in this process would not be found, depending on their order."""
    with mock_aws():
        assert aws_environment().credentials().access_key == "test"
