"""Mail by SES."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from botocore.config import Config

from allmytracks.foundation.aws.calls import aws_call
from allmytracks.foundation.aws.sdk import sdk_client
from allmytracks.foundation.messages import Mail

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

UTF_8 = "UTF-8"
# SES refuses mail (all of ours, or this one) until an operator has fixed the cause; the mail is retried until then.
CLOSED = frozenset(
    {
        "AccountSuspendedException",
        "BadRequestException",
        "MailFromDomainNotVerifiedException",
        "MessageRejected",
        "SendingPausedException",
    }
)
# All tries of one mail take 24 seconds and the pauses between at most: less than a notice's claim lasts.
PATIENCE = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})


class SesMailer:
    """Sends plain text from `sender`."""

    def __init__(self, sender: str) -> None:
        self._sender = sender

    @cached_property
    def _client(self) -> SESV2Client:
        client: SESV2Client = sdk_client("sesv2", config=PATIENCE)
        return client

    def send(self, mail: Mail) -> None:
        with aws_call(also=CLOSED):
            self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [mail.to]},
                Content={
                    "Simple": {
                        "Subject": {"Data": mail.subject, "Charset": UTF_8},
                        "Body": {"Text": {"Data": mail.text, "Charset": UTF_8}},
                    }
                },
            )
