"""Claims on videos: what a platform or rights holder said about a video that uses a licensed work."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from allmytracks.documents.rules_text import required_line
from allmytracks.foundation.errors import FieldProblem, FieldProblems, InvalidFields

LONGEST_URL, LONGEST_NAME = 500, 150


class Claim(Struct, frozen=True):
    """A claim on a video: by whom, on which platform, when it was made and by when the platform wants a response."""

    video_url: str
    claimant: str
    platform: str
    claimed_on: datetime | None = None
    respond_by: datetime | None = None
    license_number: str | None = None


def claim_of(claim: Claim, now: datetime) -> Claim:
    """A claim in its one form. Raises InvalidFields, every field that cannot be accepted named."""
    problems = FieldProblems()
    url = claimant = platform = ""
    with problems.gathered():
        url = _address(claim.video_url)
    with problems.gathered():
        claimant = required_line("claim.claimant", claim.claimant, LONGEST_NAME)
    with problems.gathered():
        platform = required_line("claim.platform", claim.platform, LONGEST_NAME)
    with problems.gathered():
        _require_dates(claim, now)
    problems.raise_found()
    return Claim(url, claimant, platform, claim.claimed_on, claim.respond_by, claim.license_number)


def check_alone(field: str, text: str) -> None:
    """Checks one text of a claim by its name. Raises InvalidFields."""
    if field == "claim.video_url":
        _address(text)
    else:
        required_line(field, text, LONGEST_NAME)


def _address(url: str) -> str:
    given = required_line("claim.video_url", url, LONGEST_URL)
    scheme, _, rest = given.partition("://")
    if scheme.lower() not in {"http", "https"} or "." not in rest.partition("/")[0] or " " in given:
        message = "Send the video's full address, such as https://video.example/watch?v=1."
        raise InvalidFields([FieldProblem("claim.video_url", "invalid", message)])
    return given


def _require_dates(claim: Claim, now: datetime) -> None:
    if claim.claimed_on is not None and claim.claimed_on > now:
        message = "A claim was made in the past; send when."
        raise InvalidFields([FieldProblem("claim.claimed_on", "in_the_future", message)])
    if claim.respond_by is not None and claim.respond_by <= now:
        message = "This day is over; leave it out, and say so in the text."
        raise InvalidFields([FieldProblem("claim.respond_by", "in_the_past", message)])
