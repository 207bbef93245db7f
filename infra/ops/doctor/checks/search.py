"""Search finds what is in the catalogue: its index is there, of this deployment's form, and current."""

from __future__ import annotations

from infra.ops.doctor.checks.catalogue import Tracks
from infra.ops.doctor.deployment import Deployment
from infra.ops.doctor.findings import Finding, does_not_apply, missing, ok

MEND = "rebuild the index (docs/runbooks.md, Rebuild the search index)"


def check(deployment: Deployment) -> Finding:
    """Whether the first track is found by the words of its own title, and whether any is where there are some."""
    items = deployment.site.get("/v1/tracks", Tracks, limit=1).items
    if not items:
        listed = deployment.ops.call("GET", "/tracks")["items"]
        if all(each["withdrawn_at"] for each in listed):
            return does_not_apply("there are no tracks to find")
        return missing("the catalogue has tracks and search none: there is no index of this form", MEND)
    found = deployment.site.get("/v1/tracks", Tracks, q=items[0].title, limit=20).items
    if items[0].track_id in {each.track_id for each in found}:
        return ok("a track is found by its title")
    return missing("a track is not found by its own title", MEND)
