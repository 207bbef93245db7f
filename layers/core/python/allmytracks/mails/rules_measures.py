"""Letters of what was decided about an account: what, why, until when, and where to object."""

from __future__ import annotations

from datetime import datetime

from allmytracks.documents.rules_dates import day_and_time
from allmytracks.mails.rules import Catalogue, Letter


def letter_of_measure(
    words: Catalogue, name: str, reason: str, until: datetime | None, site_url: str, **values: object
) -> Letter:
    """The letter of a measure, by its name; `reason` is a code."""
    letter = words.letter(name, site=site_url, **values)
    why = words.phrase("reason", reason=words.reason(reason))
    end = words.phrase("until", until=day_and_time(until, words.language)) if until else ""
    objection = words.phrase("objection", site=site_url)
    return Letter(words.language, letter.subject, f"{letter.text}\n\n{why}{end}\n\n{objection}\n")
