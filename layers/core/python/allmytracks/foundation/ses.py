"""Mail by SES."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from allmytracks.foundation.aws.calls import aws_call
from allmytracks.foundation.aws.sdk import sdk_client
from allmytracks.foundation.mail_layout import laid_out, laid_out_in_html
from allmytracks.foundation.messages import Mail

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import MessageHeaderTypeDef, MessageTagTypeDef

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
LONGEST_TAG = 256  # SES's own limit; a longer notice is only not marked, its account is


class SesMailer:
    """Sends text and HTML from `sender`; `configuration_set` is where SES reports bounces and complaints.

    `company` ends every mail: the company with its postal address, lines separated by semicolons.
    """

    def __init__(self, sender: str, configuration_set: str, company: str = "") -> None:
        self._sender = sender
        self._configuration_set = configuration_set
        self._company = company

    @cached_property
    def _client(self) -> SESV2Client:
        client: SESV2Client = sdk_client("sesv2")
        return client

    def send(self, mail: Mail) -> None:
        with aws_call(also=CLOSED):
            self._client.send_email(
                FromEmailAddress=self._sender,
                ConfigurationSetName=self._configuration_set,
                EmailTags=_tags(mail),
                Destination={"ToAddresses": [mail.to]},
                Content={
                    "Simple": {
                        "Subject": {"Data": mail.subject, "Charset": UTF_8},
                        "Body": {
                            "Text": {"Data": laid_out(mail, self._company), "Charset": UTF_8},
                            "Html": {"Data": laid_out_in_html(mail, self._company), "Charset": UTF_8},
                        },
                        "Headers": _headers(mail),
                    }
                },
            )


def _tags(mail: Mail) -> list[MessageTagTypeDef]:
    tags = {"account": mail.account_id, "notice": mail.notice_id}
    return [{"Name": name, "Value": value} for name, value in tags.items() if value and len(value) <= LONGEST_TAG]


def _headers(mail: Mail) -> list[MessageHeaderTypeDef]:
    """One-click unsubscription (RFC 8058), of offers alone."""
    if mail.unsubscribing_link is None:
        return []
    return [
        {"Name": "List-Unsubscribe", "Value": f"<{mail.unsubscribing_link}>"},
        {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
    ]
