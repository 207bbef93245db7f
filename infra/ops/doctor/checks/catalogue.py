"""There is something to sell."""

from __future__ import annotations

from msgspec import Struct

from infra.ops.doctor.deployment import Deployment
from infra.ops.doctor.findings import Finding, missing, ok


class Track(Struct):
    """What a visitor sees of one, in part."""

    track_id: str
    title: str


class Tracks(Struct):
    """A page of them."""

    items: list[Track]


def check(deployment: Deployment) -> Finding:
    """Whether a visitor sees tracks."""
    if deployment.site.get("/v1/tracks", Tracks, limit=1).items:
        return ok("visitors see tracks")
    return missing("visitors see no track", "allmytracks tracks import FOLDER")
