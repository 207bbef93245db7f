"""What SES reports of mail: bounces and complaints, for the addresses of its mailbox simulator.

The same addresses as at AWS (developer guide of SES, "Using the mailbox simulator"), with any label after a plus sign:
`bounce@simulator.amazonses.com` (it does not exist), `complaint@…` (its reader reports spam), `suppressionlist@…` (SES
sends it nothing any more). Every other address gets its mail. A report comes only where the mail names a configuration
set with an event destination for it, and goes to the default bus, as SES's do.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any

SIMULATOR = "simulator.amazonses.com"
# detail-type and detail.eventType of each kind, and what is said of it.
_REPORTS: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
    "bounce": ("Email Bounced", "Bounce", {"bounceType": "Permanent", "bounceSubType": "General"}),
    "suppressionlist": (
        "Email Bounced",
        "Bounce",
        {"bounceType": "Permanent", "bounceSubType": "OnAccountSuppressionList"},
    ),
    "complaint": (
        "Email Complaint Received",
        "Complaint",
        {"complaintSubType": None, "complaintFeedbackType": "abuse"},
    ),
}


class MailEvents:
    """The event destinations of configuration sets; `publish` puts an event of a detail type on the default bus."""

    def __init__(self, publish: Callable[[str, str], None]) -> None:
        self._publish = publish
        self.wanted: dict[str, set[str]] = {}

    def add_destination(self, configuration_set: str, destination: Mapping[str, Any]) -> None:
        """Reports the named types of events from now on."""
        if destination.get("Enabled") and "EventBridgeDestination" in destination:
            self.wanted.setdefault(configuration_set, set()).update(destination["MatchingEventTypes"])

    def mail_sent(self, body: bytes) -> None:
        """Report what becomes of a mail of SES v2's SendEmail."""
        request = json.loads(body)
        wanted = self.wanted.get(request.get("ConfigurationSetName", ""), set())
        for to in request.get("Destination", {}).get("ToAddresses", []):
            local, _, domain = to.lower().rpartition("@")
            report = _REPORTS.get(local.partition("+")[0]) if domain == SIMULATOR else None
            if report is not None and report[1].upper() in wanted:
                self._publish(report[0], json.dumps(_detail(request, to, *report[1:])))


def _detail(request: Mapping[str, Any], to: str, event_type: str, told: Mapping[str, Any]) -> dict[str, Any]:
    now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    kind = event_type.lower()
    recipients = {"bounce": "bouncedRecipients", "complaint": "complainedRecipients"}[kind]
    tags = {each["Name"]: [each["Value"]] for each in request.get("EmailTags", [])}
    return {
        "eventType": event_type,
        kind: {**told, recipients: [{"emailAddress": to}], "timestamp": now, "feedbackId": str(uuid.uuid4())},
        "mail": {
            "timestamp": now,
            "source": request.get("FromEmailAddress", ""),
            "messageId": str(uuid.uuid4()),
            "destination": [to],
            "tags": {"ses:configuration-set": [request["ConfigurationSetName"]], **tags},
        },
    }
