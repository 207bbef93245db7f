"""Grants of an allowance, and what they leave of it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from allmytracks.downloads.ports_allowances import Allowances, NotGranted, Terms
from allmytracks.downloads.rules import Grant, Use, download_id_for, fingerprint_of, key_hash_of
from allmytracks.downloads.rules_allowance import day_at
from tests.factories.instants import NOW

ZONE = ZoneInfo("Asia/Hong_Kong")
TERMS = Terms(("premium@v1", "business@v1"))


def a_grant(
    key: str = "key-1", account_id: str = "acc-1", now: datetime = NOW, track_id: str | None = None, slot: int = 0
) -> Grant:
    """Of a separate track for each key, unless one is given."""
    asked = track_id or f"trk-{key}"
    return Grant(
        download_id=download_id_for(account_id, asked, Use(), slot),
        account_id=account_id,
        track_id=asked,
        title="Title",
        artist="Artist",
        rendition="wav",
        rendition_sha256="ab",
        object_key=f"tracks/{asked}/wav.wav",
        file_name="Artist - Title.wav",
        media_type="audio/wav",
        use=Use(),
        granted_at=now,
        fingerprint=fingerprint_of(asked, "wav", Use()),
        source_ip="203.0.113.7",
        user_agent="Browser/1",
        key_hash=key_hash_of(account_id, key),
    )


def grant(
    allowances: Allowances,
    key: str = "key-1",
    now: datetime = NOW,
    terms: Terms = TERMS,
    track_id: str | None = None,
) -> NotGranted | None:
    return allowances.grant(a_grant(key, now=now, track_id=track_id), terms, day_at(now, ZONE), now)


def used(allowances: Allowances, now: datetime = NOW) -> int:
    standing = allowances.standing("acc-1", day_at(now, ZONE))
    assert standing is not None
    return standing.used
