"""The cue sheet of a project: each of its licences in a row, as broadcasters and rights departments expect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from allmytracks.foundation.csv_cells import spreadsheet
from allmytracks.foundation.instants import rfc3339
from allmytracks.licenses.rules import Letter

COLUMNS = (
    "track",
    "artist",
    "license_number",
    "status",
    "purpose",
    "platform",
    "duration",
    "issued_at",
    "project",
    "project_kind",
    "licensee",
    "end_user",
    "plan",
    "track_id",
    "rendition",
    "revoked_at",
    "superseded_by",
    "document_sha256",
)


def cue_sheet(letters: Iterable[Letter], durations: Mapping[str, float]) -> str:
    """CSV (RFC 4180) with a header row; `durations` in seconds by track, shown as h:mm:ss, empty where unknown."""
    return spreadsheet(COLUMNS, (_row(letter, durations) for letter in letters))


def _row(letter: Letter, durations: Mapping[str, float]) -> tuple[str, ...]:
    of, state = letter.license, letter.state
    return (
        of.work.title,
        of.work.artist,
        of.number,
        state.status.value,
        of.purpose,
        of.platform or "",
        _duration(durations.get(of.work.track_id)),
        rfc3339(of.issued_at),
        of.project.name,
        of.project.kind.value,
        of.licensee.name,
        of.end_user,
        of.plan_name,
        of.work.track_id,
        of.work.rendition,
        rfc3339(state.revoked_at) if state.revoked_at else "",
        state.superseded_by or "",
        letter.document_sha256,
    )


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
