"""Mail to the addresses of SES's mailbox simulator bounces or is complained of, and the default bus says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.localcloud.deployment import Deployment
from tests.localcloud.aws.front import Front

Send = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def send(front: Front, deployed: Deployment) -> Send:
    """Sends a mail, and returns what the queue got of it."""
    ids = deployed.physical_ids

    def act(to: str, **settings: Any) -> list[dict[str, Any]]:
        front.client("sesv2").send_email(
            FromEmailAddress="reports@example.com",
            Destination={"ToAddresses": [to]},
            Content={"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "you"}}}},
            EmailTags=[{"Name": "account", "Value": "acc-1"}],
            **{"ConfigurationSetName": ids["Messaging.Mail"], **settings},
        )
        url = ids["Messaging.MailFailures"]
        got = front.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        for message in got.get("Messages", []):
            front.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in got.get("Messages", [])]

    return act


@pytest.mark.parametrize(
    ("to", "sub_type"),
    [
        ("bounce@simulator.amazonses.com", "General"),
        ("Bounce+ada@simulator.amazonses.com", "General"),
        ("suppressionlist@simulator.amazonses.com", "OnAccountSuppressionList"),
    ],
)
def test_a_bounce_is_reported_with_the_mail_s_tags(
    send: Callable[..., Any], front: Front, to: str, sub_type: str
) -> None:
    (event,) = send(to)
    assert (event["source"], event["detail-type"]) == ("aws.ses", "Email Bounced")
    assert event["detail"]["bounce"]["bounceSubType"] == sub_type
    assert event["detail"]["mail"]["tags"]["account"] == ["acc-1"]
    assert front.mails(to)  # codes can be read all the same


@pytest.mark.parametrize(
    "to", ["success@simulator.amazonses.com", "bounce@example.com", "complaint@simulator.amazonses.com"]
)
def test_what_arrives_and_what_the_destination_does_not_ask_for_is_not_reported(
    send: Callable[..., Any], to: str
) -> None:
    assert send(to) == []


def test_a_configuration_set_that_is_nowhere_is_refused(send: Send) -> None:
    with pytest.raises(ClientError) as refused:
        send("bounce@simulator.amazonses.com", ConfigurationSetName="nowhere")
    assert refused.value.response["Error"]["Code"] == "NotFoundException"
