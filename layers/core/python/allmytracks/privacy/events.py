"""What members asked for their data."""

from __future__ import annotations

from allmytracks.foundation.events import Event


class DataExportRequested(Event, frozen=True):
    """A member asked for everything that is stored of the account (P-manage.access)."""

    export_id: str
