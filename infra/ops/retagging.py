"""Reads the files of a folder again, and updates what their tracks are called and found by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.ops.client import OpsClient
from infra.ops.credits import credits_in
from infra.ops.importing import KNOWN_AT_ONCE
from infra.ops.pieces import Piece, checksum, find
from infra.ops.preparing import RefusedError, Wishes, described

# What a file measures or estimates of a track; never in the place of what somebody said.
ESTIMATED = {"bpm": "bpm_confidence", "key": "key_confidence"}
# What stays of a track whatever its files say: its files are not brought again.
_FIXED = frozenset({"duration_seconds"})


@dataclass(frozen=True, slots=True)
class Retagged:
    """One piece of the folder: its track, its changes by field (old, new), or why there are none."""

    name: str
    track_id: str | None
    changes: dict[str, tuple[Any, Any]]
    reason: str = ""


def retag(client: OpsClient, folder: Path, wishes: Wishes, *, dry_run: bool) -> Iterator[Retagged]:
    """Each piece of the folder in turn. Raises OpsError where the API cannot be asked."""
    credits_of = credits_in(folder, wishes.encoding)
    pieces = find(folder).pieces
    for start in range(0, len(pieces), KNOWN_AT_ONCE):
        part = pieces[start : start + KNOWN_AT_ONCE]
        checksums = [checksum(piece.master.path) for piece in part]
        known = client.call("POST", "/imports/retag/known", json={"checksums": checksums})["known"]
        for piece, digest in zip(part, checksums, strict=True):
            if digest not in known:
                yield Retagged(piece.master.name, None, {}, "not in the catalogue")
                continue
            track_id = known[digest]["track_id"]
            try:
                prepared = described(piece, wishes, credits_of)
            except RefusedError as error:
                yield Retagged(piece.master.name, track_id, {}, str(error))
                continue
            fields = {name: value for name, value in prepared.fields.items() if name not in prepared.assumed}
            yield _retagged(client, piece, track_id, fields, dry_run=dry_run)


def _retagged(client: OpsClient, piece: Piece, track_id: str, fields: dict[str, Any], *, dry_run: bool) -> Retagged:
    before = client.call("GET", f"/tracks/{track_id}")
    new = changes_of(before, fields)
    if new and not dry_run:
        client.call("PATCH", f"/tracks/{track_id}", json=new)
    return Retagged(piece.master.name, track_id, {name: (before.get(name), value) for name, value in new.items()})


def changes_of(before: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    """What of a track is to be changed; what the files do not say stays, and an estimate replaces only an estimate."""
    new = {name: value for name, value in fields.items() if name not in _FIXED and value not in (None, [], "")}
    for name, confidence in ESTIMATED.items():
        said = before.get(name) is not None and before.get(confidence) is None
        if confidence in new and said:
            del new[name], new[confidence]
    return {name: value for name, value in new.items() if name == "features" or before.get(name) != value}
