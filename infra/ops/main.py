"""The command line `allmytracks`: operators' work through the operators' API."""

from __future__ import annotations

from typing import Annotated

import typer

from infra.ops import (
    accounts,
    announcements,
    approvals,
    audit,
    cases,
    certificates,
    consents,
    damages,
    devices,
    disclosures,
    downloads,
    enterprises,
    holds,
    imports,
    items,
    licenses,
    mailings,
    notices,
    orders,
    payments,
    quotes,
    register,
    retention,
    search,
    slo,
    storage,
    tickets,
    tracks,
)
from infra.ops.commands import Commands
from infra.ops.doctor.command import doctor
from infra.ops.publications import agreements, plans, publish, rules
from infra.ops.smoke.command import smoke
from infra.ops.statistics import statistics
from infra.ops.verify import verify

LOCAL_URL = "http://127.0.0.1:3000/ops"

app = Commands("Operators' work through the operators' API, and checks that anybody can make.", root=True)
GROUPS = {
    "search": search.app,
    "tracks": tracks.app,
    "accounts": accounts.app,
    "announcements": announcements.announcements,
    "maintenance": announcements.maintenance,
    "notices": notices.app,
    "approvals": approvals.app,
    "audit": audit.app,
    "promotions": mailings.promotions,
    "breach": mailings.breach,
    "mailings": mailings.mailings,
    "cases": cases.app,
    "downloads": downloads.app,
    "orders": orders.app,
    "quotes": quotes.app,
    "payments": payments.app,
    "licenses": licenses.app,
    "damages": damages.app,
    "disclosures": disclosures.app,
    "devices": devices.app,
    "storage": storage.app,
    "tickets": tickets.app,
    "enterprises": enterprises.app,
    "holds": holds.app,
    "retention": retention.app,
    "certificates": certificates.app,
    "imports": imports.app,
    "items": items.app,
    "plans": plans,
    "rules": rules,
    "agreements": agreements,
    "consents": consents.app,
    "register": register.app,
    "slo": slo.app,
}
for name, group in GROUPS.items():
    app.add_typer(group, name=name)
app.command("publish")(publish)
app.command("verify")(verify)
app.command("doctor")(doctor)
app.command("smoke")(smoke)
app.command("statistics")(statistics)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        from importlib.metadata import version

        typer.echo(f"allmytracks {version('allmytracks')}")
        raise typer.Exit


@app.callback()
def start(
    context: typer.Context,
    api_url: Annotated[str, typer.Option(envvar="ALLMYTRACKS_OPS_URL", help="The stack's output OpsUrl.")] = LOCAL_URL,
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Operators' work through the operators' API, and checks that anybody can make.

    Signs with your AWS identity (AWS_PROFILE, …); for the local cloud with its own. `--json` after any command writes
    one JSON document. Ends with 0 done, 1 failed, 2 usage, 3 not found or refused, 4 does not hold.
    """
    if context.obj is None:
        context.obj = api_url


def main() -> None:
    """Runs the command line."""
    app()
