"""What members asked for their data."""

from __future__ import annotations

from allmytracks.foundation.events import Event


class DataExportRequested(Event, frozen=True):
    """A member asked for everything that is stored of the account (P-manage.access)."""

    export_id: str


class DataExportReady(Event, frozen=True):
    """The archive was made; its file is there until then."""

    export_id: str
    at: str
    until: str


class DataExportFailed(Event, frozen=True):
    """The worker gave an export up."""

    export_id: str
    at: str
