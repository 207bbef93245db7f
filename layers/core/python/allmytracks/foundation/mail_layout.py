"""The one layout of all mails: whose they are, what they say, why they came."""

from __future__ import annotations

from allmytracks.foundation.messages import Mail

HEAD = "AllMyTracks"
RULE = "-- "  # as mail programs know the beginning of a signature
CAUTION = "We never ask for your password or a code by mail or telephone."


def laid_out(mail: Mail) -> str:
    """The whole text of a mail."""
    stop = f"\nTo stop them, open this link: {mail.unsubscribing_link}" if mail.unsubscribing_link else ""
    return f"{HEAD}\n\n{mail.text.strip()}\n\n{RULE}\n{mail.why.value}{stop}\n{CAUTION}\n"
