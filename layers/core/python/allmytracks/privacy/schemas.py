"""What the routes of erasures, holds and exports take and give."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import msgspec

from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.records import Record
from allmytracks.privacy.rules_erasure import Erasure, ErasureReason, Line
from allmytracks.privacy.rules_exports import ExportReason
from allmytracks.privacy.rules_holds import Hold, HoldReason
from allmytracks.privacy.rules_retention import Pass
from allmytracks.privacy.use_cases.request_export import RequestedExport


class ErasureForm(msgspec.Struct):
    """Why an account is erased."""

    reason: ErasureReason


class ExportForm(msgspec.Struct):
    """Why an operator has an export made; `ticket` is where the proof that it may be given lies."""

    reason: ExportReason
    ticket: Annotated[
        str,
        msgspec.Meta(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_-]+$", description="the ticket's number"),
    ]


class RetentionRow(msgspec.Struct):
    """One kind of record: for how many days (none: as long as `why` holds), why, and who ends it.

    `by`: `store` (it drops the record by itself), `job` (every day; `then` says what it does), `erasure` (with the
    account, or with the record that it belongs to). `applied` and `held` count what the last pass did or left to holds.
    """

    kind: str
    store: str
    days: int | None
    why: str
    by: str
    then: str | None
    applied: int
    held: int


class RetentionAnswer(msgspec.Struct):
    """Every kind of record, and the last pass: when it began and ended, how many items it looked at, and of those that
    it could not judge how many of which key.
    """

    begun_at: str | None
    finished_at: str | None
    looked_at: int
    undeclared: dict[str, int]
    items: list[RetentionRow]


def retention_answer(records: Sequence[Record], made: Pass | None) -> RetentionAnswer:
    """Kinds and the last pass as operators see them; without a pass all counts are zero."""
    made_at_all = made or Pass(datetime.min.replace(tzinfo=UTC))
    return RetentionAnswer(
        begun_at=rfc3339(made.begun_at) if made else None,
        finished_at=rfc3339(made.finished_at) if made and made.finished_at else None,
        looked_at=made_at_all.looked_at,
        undeclared=dict(made_at_all.undeclared),
        items=[_retention_row(each, made_at_all) for each in records],
    )


def _retention_row(record: Record, made: Pass) -> RetentionRow:
    retention = record.retention
    by_job = retention.since is not None and not retention.by_store and retention.after is not None
    return RetentionRow(
        kind=record.name,
        store=record.store,
        days=retention.after.days if retention.after else None,
        why=retention.why,
        by="store" if retention.by_store else "job" if by_job else "erasure",
        then=type(retention.then).__name__.lower() if by_job else None,
        applied=made.applied.get(record.name, 0),
        held=made.held.get(record.name, 0),
    )


class HoldForm(msgspec.Struct):
    """A legal hold; `kinds` are names of kinds of records, none means all that can be held."""

    reason: HoldReason
    kinds: list[str] = []


class LiftForm(msgspec.Struct):
    """Why a hold is lifted."""

    reason: HoldReason


class HoldAnswer(msgspec.Struct):
    """A legal hold."""

    hold_id: str
    account_id: str
    reason: str
    set_at: str
    kinds: list[str]


class HoldsAnswer(msgspec.Struct):
    """The legal holds of an account."""

    items: list[HoldAnswer]


def hold_answer(hold: Hold) -> HoldAnswer:
    """A hold as operators see it."""
    return HoldAnswer(hold.id, hold.account_id, hold.reason, rfc3339(hold.set_at), list(hold.kinds))


class ReceiptLine(msgspec.Struct):
    """One kind of record: how many, in which store, why they stay, and for how many days after the account's end."""

    kind: str
    store: str
    count: int
    why: str | None = None
    kept_days: int | None = None


class ErasureAnswer(msgspec.Struct):
    """An erasure: `counting`, `erasing`, `held` (a legal hold keeps some of it), or `done`.

    The lists say what was erased, what stays without anything personal, and what law or contracts keep; `jws` signs
    their counts and terms with the keys of letters, once it is done.
    """

    erasure_id: str
    status: str
    begun_at: str
    done_at: str | None
    erased: list[ReceiptLine]
    pseudonymised: list[ReceiptLine]
    kept: list[ReceiptLine]
    notes: list[str]
    jws: str | None


def erasure_answer(erasure: Erasure) -> ErasureAnswer:
    """An erasure as it is shown; its lists are empty until it is done."""
    receipt = erasure.summary
    return ErasureAnswer(
        erasure_id=erasure.id,
        status=erasure.phase.value,
        begun_at=rfc3339(erasure.begun_at),
        done_at=rfc3339(erasure.done_at) if erasure.done_at else None,
        erased=_lines(receipt.erased if receipt else ()),
        pseudonymised=_lines(receipt.pseudonymised if receipt else ()),
        kept=_lines(receipt.kept if receipt else ()),
        notes=list(receipt.notes) if receipt else [],
        jws=erasure.receipt,
    )


def _lines(lines: tuple[Line, ...]) -> list[ReceiptLine]:
    return [ReceiptLine(each.kind, each.store, each.count, each.why, each.kept_days) for each in lines]


class DataExportAnswer(msgspec.Struct):
    """An export: `pending` until a worker has made it, then `ready` with a link, `expired` once its file is gone.

    `failed`: it could not be made, and can be asked for again.

    The file is a ZIP of JSON files and documents; its manifest.json lists them. `bytes` and `sha256` are of the ZIP.
    """

    export_id: str
    status: str
    requested_at: str
    url: str | None
    url_expires_at: str | None
    bytes: int | None
    sha256: str | None


def data_export_answer(asked: RequestedExport) -> DataExportAnswer:
    """An export as its member sees it."""
    export, file, link = asked.export, asked.export.file, asked.link
    return DataExportAnswer(
        export_id=export.id,
        status=asked.status,
        requested_at=rfc3339(export.requested_at),
        url=link.url if link else None,
        url_expires_at=rfc3339(link.expires_at) if link else None,
        bytes=file.size if file else None,
        sha256=file.sha256 if file else None,
    )
