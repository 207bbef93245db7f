"""`allmytracks publish …`, and what is published."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.ops.bodies import parts_of
from infra.ops.commands import Commands, DryRun, Yes
from infra.ops.differences import difference
from infra.ops.errors import OpsError
from infra.ops.telling import connected, require_yes, tell
from infra.ops.writing import Rows, counted

if TYPE_CHECKING:
    from infra.ops.client import OpsClient

KINDS = (
    "plans",
    "agreements",
    "consents",
    "processors",
    "name-rules",
    "fraud-rules",
    "taxes",
    "storage-packages",
    "end-of-service",
    "synonyms",
)
# Plans and agreements have commands of their own.
RULES = tuple(each for each in KINDS if each not in {"plans", "agreements"})
PublishedFile = Annotated[
    Path,
    typer.Argument(exists=True, dir_okay=False, readable=True, help="TOML; the files in config/ show the forms."),
]


def _known(kind: str, kinds: Sequence[str]) -> str:
    if kind not in kinds:
        raise typer.BadParameter(f"{kind} is not published; give one of: {', '.join(kinds)}")
    return kind


def _known_kind(kind: str) -> str:
    return _known(kind, KINDS)


def _known_rules(kind: str) -> str:
    return _known(kind, RULES)


def publish(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(callback=_known_kind, help=f"One of: {', '.join(KINDS)}.")],
    file: PublishedFile,
    *,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Publish prices, agreements, consents, processors of data, or rules; each holds from its `effective_at` on."""
    found = publications_in(file)
    if dry_run:
        with connected(context) as client:
            _show_changes(context, client, kind, found)
        return
    versions = ", ".join(each["version"] for each in found)
    require_yes(context, f"Publish {counted(len(found), 'version')} of {kind} for good ({versions})?", yes=yes)
    with connected(context) as client:
        done = [client.call("POST", "/publications", json={"kind": kind, **each}) for each in found]
    lines = [f"published {kind} {each['version']}, effective {each['effective_at']}" for each in found]
    tell(context, done, *lines)


def _show_changes(context: typer.Context, client: OpsClient, kind: str, found: list[dict[str, Any]]) -> None:
    """Lets the service check each version, and shows how it differs from the one before it. Raises OpsError."""
    changes: list[dict[str, Any]] = []
    lines: list[str] = []
    published = client.call("GET", "/publications", query={"kind": kind})["items"]
    for each in found:
        told = client.call("POST", "/publications", json={"kind": kind, **each, "dry_run": True})
        new = {**each, "effective_at": told["effective_at"]}
        before = _version_before(published, new)
        changes.append({"before": before, "after": new})
        names = (before["version"] if before else "nothing", each["version"])
        lines += difference(before, new, names)
    tell(context, changes, *lines)


def _version_before(published: list[dict[str, Any]], new: dict[str, Any]) -> dict[str, Any] | None:
    """The version itself where it is published, else the last one of the same thing that is effective by then."""
    for each in published:
        if each["version"] == new["version"]:
            return each
    earlier = [each for each in published if _id(each) == _id(new) and each["effective_at"] <= new["effective_at"]]
    return earlier[-1] if earlier else None


def _id(version: Mapping[str, Any]) -> object:
    """Which of several agreements; of everything else there is one."""
    return version["body"].get("id")


def show_versions(context: typer.Context, kind: str, version: str | None, which: str | None = None) -> None:
    """The versions of a kind, and the one that is in force, or named, in full."""
    now = datetime.now(UTC).isoformat()
    with connected(context) as client:
        items = client.call("GET", "/publications", query={"kind": kind})["items"]
        rows = [each for each in items if which is None or _id(each) == which]
        in_force = {_id(each): each["version"] for each in rows if each["effective_at"] <= now}
        shown = [each for each in rows if each["version"] in ([version] if version else in_force.values())]
        if version is not None and not shown:
            raise OpsError(f"There is no version {version} of {kind}.", code="not_found", status=404)
    listed = [{**each, "in_force": each["version"] in in_force.values()} for each in rows]
    tell(
        context,
        listed,
        Rows(counted(len(rows), "version"), ["version", "effective_at", "in_force"], listed, "version"),
        *(part for each in shown for part in parts_of(each["version"], each["body"])),
    )


Version = Annotated[str | None, typer.Option(help="This version in full, instead of the one in force.")]
plans = Commands("Price lists as they are published.")
rules = Commands("Rules, taxes, consents, processors of data and packages of storage, as they are published.")
agreements = Commands("Agreements as they are published.")


@plans.command("show")
def show_plans(context: typer.Context, version: Version = None) -> None:
    """Show the versions of the price list, and in full the one in force."""
    show_versions(context, "plans", version)


@rules.command("show")
def show_rules(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(callback=_known_rules, help=f"One of: {', '.join(RULES)}.")],
    version: Version = None,
) -> None:
    """Show the versions of rules, and in full those in force."""
    show_versions(context, kind, version)


@agreements.command("show")
def show_agreements(
    context: typer.Context,
    agreement: Annotated[str | None, typer.Argument(help="Only this one, as user-agreement.")] = None,
    version: Version = None,
) -> None:
    """Show the versions of the agreements, and in full those in force."""
    show_versions(context, "agreements", version, agreement)


@agreements.command("publish")
def publish_agreements(
    context: typer.Context, file: PublishedFile, *, yes: Yes = False, dry_run: DryRun = False
) -> None:
    """Publish versions of agreements: `allmytracks publish agreements`."""
    publish(context, "agreements", file, yes=yes, dry_run=dry_run)


def publications_in(file: Path) -> list[dict[str, Any]]:
    """The publications of a file: one (version, effective_at, body), or several under `publications`.

    Raises typer.BadParameter.
    """
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{file} is no TOML file: {error}") from None
    found = []
    for each in document.get("publications", [document]):
        effective_at = each.get("effective_at")
        if not isinstance(each.get("version"), str) or not isinstance(effective_at, datetime) or "body" not in each:
            raise typer.BadParameter(f"{file}: each publication has version (text), effective_at (a time) and body")
        if effective_at.tzinfo is None:
            raise typer.BadParameter(f"{file}: effective_at needs its zone, as in 2026-11-01T00:00:00Z")
        found.append({"version": each["version"], "effective_at": effective_at.isoformat(), "body": each["body"]})
    return found
