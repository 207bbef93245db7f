"""Downloads for tests."""

from __future__ import annotations

from datetime import datetime

from allmytracks.downloads.rules import Grant, Project, Use, download_id_for
from allmytracks.memberships.rules_rights import ProjectKind
from tests.factories.instants import NOW

USE = Use(Project("Holiday", ProjectKind.PERSONAL), "social_media", "YouTube")


def a_grant(key: str, at: datetime = NOW, account_id: str = "acc-1", use: Use = USE) -> Grant:
    return Grant(
        download_id=download_id_for(account_id, key),
        account_id=account_id,
        track_id="trk-1",
        title="夜曲",
        artist="Artist",
        rendition="wav",
        rendition_sha256="ab",
        object_key="tracks/trk-1/wav.wav",
        file_name="Artist - 夜曲.wav",
        media_type="audio/wav",
        use=use,
        granted_at=at,
        fingerprint="f",
        key_hash=key,
    )
