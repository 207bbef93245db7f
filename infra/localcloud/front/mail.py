"""The deployment's outgoing mail: Cognito's and that sent with SES, kept for reading."""

from __future__ import annotations

import base64
import datetime as dt
import email
import email.policy
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

# The viewer is for people and tests: the oldest are dropped.
_KEPT = 5000


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one address."""

    to: str
    subject: str
    text: str
    html: str
    sent_at: str


class Mailbox:
    """The mails since the start."""

    def __init__(self) -> None:
        self._mails: list[Mail] = []

    def put(self, to: str, subject: str, text: str, html: str = "") -> None:
        """Store a mail, dated by the local clock."""
        sent_at = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        self._mails.append(Mail(to, subject, text, html, sent_at))
        del self._mails[:-_KEPT]

    def items(self, to: str | None = None) -> list[dict[str, str]]:
        """The mails, newest first; those to one address if it is given."""
        found = [mail for mail in reversed(self._mails) if to is None or mail.to.lower() == to.lower()]
        return [asdict(mail) for mail in found]

    def keep_ses_v2(self, body: bytes) -> None:
        """Store the mail of a SES v2 SendEmail."""
        request = json.loads(body)
        recipients = [
            a for kind in ("To", "Cc", "Bcc") for a in request.get("Destination", {}).get(f"{kind}Addresses", [])
        ]
        content = request["Content"]
        if "Raw" in content:
            self._keep_raw(base64.b64decode(content["Raw"]["Data"]), recipients)
        elif "Simple" in content:
            simple = content["Simple"]
            self._keep_simple(recipients, simple["Subject"], simple["Body"])

    def keep_ses(self, form: Mapping[str, str]) -> None:
        """Store the mail of a SES (v1) SendEmail or SendRawEmail."""
        if form.get("Action") == "SendRawEmail":
            recipients = [form[key] for key in sorted(form) if key.startswith("Destinations.member.")]
            self._keep_raw(base64.b64decode(form["RawMessage.Data"]), recipients)
        elif form.get("Action") == "SendEmail":
            recipients = [form[key] for key in sorted(form) if key.startswith("Destination.")]
            parts = {kind: {"Data": form.get(f"Message.Body.{kind}.Data", "")} for kind in ("Text", "Html")}
            self._keep_simple(recipients, {"Data": form["Message.Subject.Data"]}, parts)

    def _keep_simple(self, recipients: Sequence[str], subject: Mapping[str, Any], body: Mapping[str, Any]) -> None:
        text, html = (body.get(kind, {}).get("Data", "") for kind in ("Text", "Html"))
        for to in recipients:
            self.put(to, subject["Data"], text, html)

    def _keep_raw(self, raw: bytes, recipients: Sequence[str]) -> None:
        message = email.message_from_bytes(raw, policy=email.policy.default)
        parts = {kind: message.get_body((kind,)) for kind in ("plain", "html")}
        text, html = (part.get_content() if part is not None else "" for part in parts.values())
        addressed = [address.addr_spec for address in message["to"].addresses] if message["to"] else []
        for to in recipients or addressed:
            self.put(to, str(message["subject"] or ""), text, html)
