"""`allmytracks smoke`"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.ops.errors import Exit
from infra.ops.register import LOCAL_SITE, Url
from infra.ops.telling import tell, warn
from infra.ops.writing import Rows

if TYPE_CHECKING:
    from infra.demo.site import Site
    from infra.ops.smoke.program import Outcome, Step

Email = Annotated[str | None, typer.Option(envvar="ALLMYTRACKS_SMOKE_EMAIL", help="An existing member.")]
Password = Annotated[
    str | None, typer.Option(envvar="ALLMYTRACKS_SMOKE_PASSWORD", help="That member's; not on the command line.")
]
Attended = Annotated[
    bool, typer.Option("--attended", help="You enter the code and pay with a test card: a new member on AWS.")
]


def smoke(
    context: typer.Context,
    url: Url = LOCAL_SITE,
    member: Email = None,
    password: Password = None,
    *,
    attended: Attended = False,
) -> None:
    """Do what members do on a deployment, step by step. Ends with 4 at the first step that fails.

    At make run: a new member signs up, pays, downloads, licenses, verifies and closes the account. On AWS: the same
    with --attended (a stage in the provider's test mode, --member an address of yours), or what an existing member
    does without cost, every hour if you like (docs/decisions/2026-11-28-smoke.md).
    """
    if member is not None and not password and not attended:
        warn(context, "give ALLMYTRACKS_SMOKE_PASSWORD with the member's address", code="usage")
        raise typer.Exit(Exit.USAGE)
    found = done_at(url, member, password, attended=attended)
    rows = [{"step": each.step, "milliseconds": each.milliseconds, "problem": each.problem} for each in found]
    failed = [each for each in found if each.problem]
    title = f"{failed[0].step} failed" if failed else f"All {len(found)} steps succeeded"
    tell(context, rows, Rows(title, ["step", "milliseconds", "problem"], rows))
    if failed:
        raise typer.Exit(Exit.DOES_NOT_HOLD)


def done_at(url: str, member: str | None, password: str | None, *, attended: bool = False) -> list[Outcome]:
    """What came of each step, as an existing member where one is given, else as a new one."""
    from infra.demo.site import PASSWORD, Site
    from infra.ops.smoke.program import run

    steps = _steps(member, attended=attended)
    # At AWS a new member's password is of this run alone.
    chosen = password or (PASSWORD if url == LOCAL_SITE or not attended else f"Smoke-1{secrets.token_urlsafe(24)}")
    with Site(url, password=chosen) as site:
        return list(run(site, steps))


def _steps(email: str | None, *, attended: bool) -> Sequence[tuple[str, Step]]:
    from infra.ops.smoke.steps import Member, steps_of_a_new_member, steps_of_an_existing_member

    if attended:
        new = Member(email or typer.prompt("Your address for the code", err=True))
        return steps_of_a_new_member(new, _asked_code, _asked_payment)
    if email is not None:
        return steps_of_an_existing_member(Member(email, lasting=True))
    new = Member(f"smoke-{secrets.token_hex(6)}@example.org")
    return steps_of_a_new_member(new, lambda site, address: site.code_for(address), _paid_locally)


def _asked_code(_site: Site, email: str) -> str:
    code: str = typer.prompt(f"The code that came to {email}", err=True)
    return code


def _asked_payment(_site: Site, order: dict[str, Any]) -> None:
    typer.prompt(f"Pay with a test card at {order['checkout_url']} and press Enter", default="", err=True)


def _paid_locally(site: Site, order: dict[str, Any]) -> None:
    site.pay(order).raise_for_status()
