"""In-memory fakes: links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from allmytracks.foundation.links import Link


@dataclass
class MemoryLinkSigner:
    """Addresses that contain what was requested."""

    seconds: int = 300

    def sign(self, object_key: str, file_name: str, media_type: str, now: datetime) -> Link:
        expires_at = now + timedelta(seconds=self.seconds)
        name = quote(file_name, safe="")
        return Link(
            f"memory://{object_key}?name={name}&type={media_type}&until={expires_at.timestamp():.0f}", expires_at
        )
