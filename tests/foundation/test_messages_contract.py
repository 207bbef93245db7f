"""Queue, events, mail and secrets: the adapters on the service's own API, beside their twins."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from html import unescape
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.stub import Stubber
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from msgspec.structs import replace

from allmytracks.foundation.aws.calls import aws_call
from allmytracks.foundation.aws.client import EVENTBRIDGE, SECRETS_MANAGER, SQS, AwsClient, Service
from allmytracks.foundation.aws.environment import AwsEnvironment
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.eventbridge import EventBridgeEvents
from allmytracks.foundation.mail_layout import laid_out, laid_out_in_html
from allmytracks.foundation.mail_words import FRAMES
from allmytracks.foundation.messages import Mail, Why
from allmytracks.foundation.ses import SesMailer
from allmytracks.notices.dynamodb import CLAIM_LIFETIME
from allmytracks.payments.events import MembershipActivated, OrderFailed
from allmytracks.payments.ledger.sqs import SqsPaymentsQueue
from allmytracks.payments.ledger.sqs_dead_letters import SqsDeadLetters
from allmytracks.payments.rules import FactKind, FactName
from allmytracks.payments.secrets_manager import PaymentSecrets, SecretsManagerSource
from tests.factories.payments import START, a_fact
from tests.fakes.foundation import FixedClock, MemoryEvents, MemoryMailer
from tests.fakes.payment_provider import MemoryDeadLetters, MemoryQueue

Own = Callable[[Service], AwsClient]
REGION = "us-east-1"  # where moto has every service
FACT = a_fact(FactKind.PAYMENT_SUCCEEDED, "evt_1", START, account_id="acc-1")
EVENTS = [MembershipActivated("acc-1", "ord-1", "premium", "2026-01-01", "2026-02-01"), OrderFailed("acc-1", "ord-2")]
MAIL = Mail("ada@example.org", "Grüße", "Hello\n你好")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_REGION", REGION)
    with mock_aws():
        yield


@pytest.fixture
def own(aws: None, moto_server: str) -> Own:
    """Our own client of a service."""
    return lambda service: AwsClient(service, AwsEnvironment(), moto_server)


def fifo() -> str:
    queue = boto3.client("sqs").create_queue(QueueName="payments.fifo", Attributes={"FifoQueue": "true"})
    return queue["QueueUrl"]


def received(url: str) -> Sequence[Mapping[str, Any]]:
    answer = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])
    return answer.get("Messages", [])


def test_a_fact_is_queued_by_name_in_its_account_s_group(aws: None, own: Own) -> None:
    url = fifo()
    queue, twin = SqsPaymentsQueue(own(SQS), url), MemoryQueue()

    for port in (queue, twin):
        port.send(FACT)

    [message] = received(url)
    assert json.loads(message["Body"]) == {"provider": "stripe", "event_id": "evt_1"}
    assert message["Attributes"]["MessageGroupId"] == "acc-1"
    assert list(twin.waiting) == [FACT]


def test_a_fact_without_an_account_is_grouped_by_its_payment_or_alone(aws: None, own: Own) -> None:
    url = fifo()
    queue = SqsPaymentsQueue(own(SQS), url)

    queue.send(replace(FACT, account_id=None))
    queue.send(replace(FACT, account_id=None, references=(), event_id="evt_2"))

    assert [message["Attributes"]["MessageGroupId"] for message in received(url)] == ["pi_ord-1", "evt_2"]


@pytest.mark.parametrize("name", ["a shop's own account", "x" * 200, "konto-ä"])
def test_names_that_the_queue_does_not_take_are_queued_under_their_digest(aws: None, own: Own, name: str) -> None:
    url = fifo()
    queue = SqsPaymentsQueue(own(SQS), url)
    fact = replace(FACT, account_id=name, event_id=name)

    queue.send(fact)
    queue.send_again(fact, "replay")

    [first, again] = [message["Attributes"] for message in received(url)]
    assert first["MessageGroupId"] == again["MessageGroupId"]
    assert first["MessageDeduplicationId"] != again["MessageDeduplicationId"]
    for attributes in (first, again):
        # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
        for text in (attributes["MessageGroupId"], attributes["MessageDeduplicationId"]):
            assert re.fullmatch(r"[!-~]{1,128}", text)


def test_the_same_fact_at_once_is_queued_once(aws: None, own: Own) -> None:
    url = fifo()
    queue = SqsPaymentsQueue(own(SQS), url)

    queue.send(FACT)
    queue.send(FACT)

    assert len(received(url)) == 1


def test_the_same_fact_is_queued_once_for_each_occasion(aws: None, own: Own) -> None:
    url = fifo()
    queue, twin = SqsPaymentsQueue(own(SQS), url), MemoryQueue()

    for port in (queue, twin):
        port.send(FACT)
        for occasion in ("replay_1", "replay_1", "replay_2"):
            port.send_again(FACT, occasion)

    assert len(received(url)) == len(twin.waiting) == 3


def test_dead_letters_are_taken_and_removed(aws: None, own: Own) -> None:
    url = fifo()
    for fact in (FACT, replace(FACT, event_id="evt_2", account_id="acc-2")):
        SqsPaymentsQueue(own(SQS), url).send(fact)
    names = [FactName("stripe", "evt_1"), FactName("stripe", "evt_2")]
    twin = MemoryDeadLetters(list(names))

    for port in (twin, SqsDeadLetters(own(SQS), url)):
        first, second = taken = port.take()
        assert [letter.name for letter in taken] == names
        port.remove(first)
    seen_again = {"QueueUrl": url, "ReceiptHandle": second.receipt, "VisibilityTimeout": 0}
    own(SQS).call("ChangeMessageVisibility", seen_again)

    assert [letter.name for letter in twin.take()] == names[1:]
    assert [letter.name for letter in SqsDeadLetters(own(SQS), url).take()] == names[1:]


def test_events_reach_the_bus_under_their_names(aws: None, own: Own) -> None:
    bus, sqs = boto3.client("events"), boto3.client("sqs")
    bus.create_event_bus(Name="bus")
    url = sqs.create_queue(QueueName="heard")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bus.put_rule(Name="all", EventBusName="bus", EventPattern=json.dumps({"source": ["allmytracks"]}))
    bus.put_targets(Rule="all", EventBusName="bus", Targets=[{"Id": "heard", "Arn": arn}])
    twin = MemoryEvents()

    for port in (EventBridgeEvents(own(EVENTBRIDGE), "bus"), twin):
        port.publish(EVENTS)

    heard = [json.loads(message["Body"]) for message in received(url)]
    assert [(each["detail-type"], each["detail"]) for each in heard] == [
        (event.name, event.detail()) for event in twin.published
    ]


def test_an_event_that_the_bus_did_not_take_is_published_again(own: Own) -> None:
    client = own(EVENTBRIDGE)
    client.transport = lambda _call, _seconds: (200, b'{"FailedEntryCount": 1, "Entries": [{"EventId": "1"}, {}]}')
    with pytest.raises(Unavailable):
        EventBridgeEvents(client, "bus").publish(EVENTS)


def test_mail_is_sent_in_any_script(aws: None) -> None:
    ses = boto3.client("sesv2")
    ses.create_email_identity(EmailIdentity="notices@example.com")
    ses.create_configuration_set(ConfigurationSetName="mail")
    mailer, twin = SesMailer("notices@example.com", "mail"), MemoryMailer()

    for port in (mailer, twin):
        port.send(MAIL)

    [sent] = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
    assert sent.destinations["ToAddresses"] == [twin.sent[0].to]
    assert (sent.subject, sent.body) == (MAIL.subject, laid_out_in_html(MAIL))


@pytest.mark.clause("P-15.consent")
@pytest.mark.parametrize("link", [None, "https://api.example/v1/unsubscribe/acc-1.0"])
def test_offers_alone_have_the_headers_of_one_click_unsubscription(link: str | None) -> None:
    """RFC 8058, section 3.1: one HTTPS link, and the post that stops them."""
    mail = Mail("ada@example.org", "News", "Text", Why.OFFERS if link else Why.ACCOUNT, "acc-1", "n" * 300, link)
    client = boto3.client("sesv2", region_name=REGION, aws_access_key_id="a", aws_secret_access_key="b")
    mailer = SesMailer("notices@example.com", "mail")
    vars(mailer)["_client"] = client
    with Stubber(client) as stub:
        content = {
            "Subject": {"Data": "News", "Charset": "UTF-8"},
            "Body": {
                "Text": {"Data": laid_out(mail), "Charset": "UTF-8"},
                "Html": {"Data": laid_out_in_html(mail), "Charset": "UTF-8"},
            },
            "Headers": [
                {"Name": "List-Unsubscribe", "Value": f"<{link}>"},
                {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
            ]
            if link
            else [],
        }
        stub.add_response(
            "send_email",
            {},
            {
                "FromEmailAddress": "notices@example.com",
                "ConfigurationSetName": "mail",
                # A tag longer than SES takes is left out.
                "EmailTags": [{"Name": "account", "Value": "acc-1"}],
                "Destination": {"ToAddresses": ["ada@example.org"]},
                "Content": {"Simple": content},
            },
        )
        mailer.send(mail)
        stub.assert_no_pending_responses()


def test_every_mail_says_whose_it_is_and_why_it_came() -> None:
    text = laid_out(Mail("ada@example.org", "Subject", "\nA text.\n", Why.ADDRESS_GIVEN))
    assert text.startswith(
        "AllMyTracks\n\nHello,\n\nA text.\n\n-- \nYou get this mail because somebody gave this address"
    )
    assert text.endswith("by mail or telephone.\n")


def test_the_html_of_a_mail_says_the_same_as_its_text() -> None:
    link = "https://example.org/orders/1?a=1&b=2"
    body = f"Your code is 123456.\nIt holds for an hour.\n\n<b>Orders</b> & more: {link}."
    mail = Mail("ada@example.org", "Subject <1>", body, Why.OFFERS, unsubscribing_link="https://example.org/u?a=1&b=2")
    html = laid_out_in_html(mail)
    shown = unescape(re.sub("<[^>]+>", " ", html.partition("</head>")[2]))
    for stated in (
        "AllMyTracks",
        "Hello,",
        "123456",
        "It holds for an hour.",
        "<b>Orders</b> & more:",
        FRAMES["en"].why[mail.why],
        FRAMES["en"].caution,
    ):
        assert stated in shown
    assert re.findall('href="([^"]+)"', html) == [
        "https://example.org/orders/1?a=1&amp;b=2",
        "https://example.org/u?a=1&amp;b=2",
    ]
    assert "<title>Subject &lt;1&gt;</title>" in html
    numbered = laid_out_in_html(Mail("ada@example.org", "Subject", "Your licence AMT-123456-000000."))
    assert "AMT-123456-000000." in numbered, "a licence's number is no code"


def test_the_html_of_a_mail_loads_nothing_and_looks_like_no_code() -> None:
    """Readers of our mailbox look for six digits: a colour must not be taken for a code."""
    html = laid_out_in_html(Mail("ada@example.org", "Subject", "A text."))
    assert re.findall(r"\b[0-9]{6}\b", html) == []
    assert not re.search(r"<(img|script|link|iframe)|url\(|@import", html)
    assert "prefers-color-scheme:dark" in html


def test_a_post_that_takes_no_mail_of_ours_may_be_tried_again(aws: None) -> None:
    """A sender that SES does not know (any more): the mail has to wait, and is not marked as sent."""
    with pytest.raises(Unavailable):
        SesMailer("nobody@example.com", "mail").send(MAIL)


def test_the_secret_is_read_and_kept(aws: None, own: Own) -> None:
    secrets = boto3.client("secretsmanager")
    text = json.dumps({"api_key": "sk_1", "webhook_secrets": ["whsec_1", "whsec_2"]})
    secrets.create_secret(Name="payments", SecretString=text)
    clock = FixedClock(START)
    source = SecretsManagerSource(own(SECRETS_MANAGER), "payments", clock)

    assert source() == PaymentSecrets("sk_1", ("whsec_1", "whsec_2"))

    secrets.delete_secret(SecretId="payments", ForceDeleteWithoutRecovery=True)
    clock.advance(minutes=4)
    assert source().api_key == "sk_1"
    clock.advance(minutes=1)
    with pytest.raises(Unavailable):
        source()


def test_a_secret_that_cannot_be_read_is_unavailable(aws: None, own: Own) -> None:
    with pytest.raises(Unavailable):
        SecretsManagerSource(own(SECRETS_MANAGER), "missing", FixedClock(START))()


def refused(code: str, status: int) -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "SendMessage")


@pytest.mark.parametrize(
    "error",
    [
        refused("ServiceUnavailable", 503),
        refused("Throttling", 400),
        EndpointConnectionError(endpoint_url="http://nowhere"),
    ],
)
def test_what_may_be_tried_again_is_unavailable(error: Exception) -> None:
    with pytest.raises(Unavailable), aws_call():
        raise error


def test_a_defect_stays_what_it_is() -> None:
    with pytest.raises(ClientError), aws_call():
        raise refused("AccessDenied", 403)


def test_the_post_is_done_with_a_mail_before_its_notice_can_be_claimed_again() -> None:
    """Else a second worker would send what a first one is still sending."""
    patience: Any = SesMailer("no-reply@example.org", "mail")._client.meta.config
    seconds = patience.retries["total_max_attempts"] * (patience.connect_timeout + patience.read_timeout)

    assert timedelta(seconds=2 * seconds) < CLAIM_LIFETIME
