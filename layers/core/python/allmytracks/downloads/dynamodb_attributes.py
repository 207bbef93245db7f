"""A granted download as DynamoDB's own JSON: what the grant writes, small enough for two write units.

Without PynamoDB, for the download's hot path; downloads/dynamodb.py reads the same items as models. File name and media
type follow from the other attributes and are not stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from allmytracks.catalogue.rules import RENDITIONS
from allmytracks.downloads.rules import Grant, Project, Use, file_name_for
from allmytracks.foundation.aws.history import history_attributes
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.memberships.rules_rights import ProjectKind

# One item, or one key, as DynamoDB has it: {"pk": {"S": "..."}}.
Attributes = Mapping[str, Mapping[str, str]]

# An item under the name of a use that only names the download that a licence bound to that use.
ALIAS = "alias_of"
DOWNLOAD = "DOWNLOAD#"


def download_sk(download_id: str) -> str:
    """The sort key of a download in its account's partition."""
    return f"{DOWNLOAD}{download_id}"


def timeline_key(account_id: str) -> str:
    """The index partition of an account's downloads."""
    return f"{account_key(account_id)}#DOWNLOADS"


def timeline_place(granted_at: str, download_id: str) -> str:
    """A download's sort key in the index."""
    return f"{granted_at}#{download_id}"


def download_key(account_id: str, download_id: str) -> dict[str, dict[str, str]]:
    """The key of a download's item."""
    return {"pk": {"S": account_key(account_id)}, "sk": {"S": download_sk(download_id)}}


def to_attributes(grant: Grant) -> dict[str, dict[str, str]]:
    """The item of a grant; undeclared fields are absent."""
    granted_at = rfc3339(grant.granted_at)
    use = grant.use
    texts = {
        "pk": account_key(grant.account_id),
        "sk": download_sk(grant.download_id),
        "timeline_key": timeline_key(grant.account_id),
        "timeline_at": timeline_place(granted_at, grant.download_id),
        "download_id": grant.download_id,
        "account_id": grant.account_id,
        "track_id": grant.track_id,
        "title": grant.title,
        "artist": grant.artist,
        "rendition": grant.rendition,
        "rendition_sha256": grant.rendition_sha256,
        "object_key": grant.object_key,
        "granted_at": granted_at,
        "fingerprint": grant.fingerprint,
        "key_hash": grant.key_hash,
        "source_ip": grant.source_ip,
        "user_agent": grant.user_agent,
        # The index of histories shows the title too.
        **history_attributes(grant.account_id, grant.granted_at, "download_granted", reference=grant.download_id),
    }
    if use.project is not None:
        texts["project_name"] = use.project.name
        texts["project_kind"] = use.project.kind.value
    if use.purpose is not None:
        texts["purpose"] = use.purpose
    if use.platform is not None:
        texts["platform"] = use.platform
    return {name: {"S": text} for name, text in texts.items()}


def to_grant(item: Attributes) -> Grant:
    """The grant of an item, with what it is bound to by now."""
    texts = {name: value["S"] for name, value in item.items() if "S" in value}
    rendition = texts["rendition"]
    extension, media_type = RENDITIONS.get(rendition, (rendition, f"audio/{rendition}"))
    return Grant(
        download_id=texts["download_id"],
        account_id=texts["account_id"],
        track_id=texts["track_id"],
        title=texts["title"],
        artist=texts["artist"],
        rendition=rendition,
        rendition_sha256=texts["rendition_sha256"],
        object_key=texts["object_key"],
        file_name=file_name_for(texts["artist"], texts["title"], extension),
        media_type=media_type,
        use=_use(texts),
        granted_at=parse_rfc3339(texts["granted_at"]),
        fingerprint=texts["fingerprint"],
        source_ip=texts["source_ip"],
        user_agent=texts["user_agent"],
        key_hash=texts["key_hash"],
    )


def revoked_at_of(item: Attributes) -> datetime | None:
    """When the download was revoked; None where it was not."""
    return parse_rfc3339(item["revoked_at"]["S"]) if "revoked_at" in item else None


def _use(texts: Mapping[str, str]) -> Use:
    """What the download is bound to."""
    project = Project(texts["project_name"], ProjectKind(texts["project_kind"])) if "project_name" in texts else None
    return Use(project, texts.get("purpose"), texts.get("platform"))
