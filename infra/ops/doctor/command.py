"""`allmytracks doctor`"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from infra.ops.errors import Exit, OpsError
from infra.ops.register import LOCAL_SITE, Url
from infra.ops.smoke.command import Email, Password, done_at
from infra.ops.telling import connected_to, refusals_told, session_of, tell
from infra.ops.writing import Rows, counted

if TYPE_CHECKING:
    from infra.ops.doctor.deployment import Stack
    from infra.ops.doctor.examining import Checked

StackName = Annotated[
    str | None, typer.Option("--stack", envvar="ALLMYTRACKS_STACK", help="The stack on AWS, as allmytracks-prod.")
]


WithSmoke = Annotated[bool, typer.Option("--smoke", help="As well do what members do, as `allmytracks smoke` does.")]


def doctor(
    context: typer.Context,
    stack: StackName = None,
    url: Url = LOCAL_SITE,
    member: Email = None,
    password: Password = None,
    *,
    smoke: WithSmoke = False,
) -> None:
    """Check a deployment: what it lacks before members can use it, and how to mend it. Changes nothing.

    With --stack all of it, by your AWS identity (infra/policies/doctor.json has its rights) in the region of
    AWS_REGION. Without, what the two APIs can tell. Ends with 4 where something is missing, 1 where a check could
    not look.
    """
    from infra.ops.doctor.deployment import Deployment
    from infra.ops.doctor.examining import examine
    from infra.ops.doctor.findings import State

    session = session_of(context)
    with refusals_told(context):
        at = _stack(stack) if stack else None
        if at is not None:
            url, client = at.outputs["ApiUrl"], connected_to(at.outputs["OpsUrl"])
        else:
            client = session.connect()
        with closing(client), closing(session.public(url)) as site:
            found = list(examine(Deployment(client, site, at)))
    if smoke:
        found.append(_smoked(url, member, password, on_aws=at is not None))
    rows = [{"check": each.check, "state": each.state.value, "found": each.found, "mend": each.mend} for each in found]
    lacking = [each for each in found if each.state is State.MISSING]
    blind = [each for each in found if each.state is State.UNKNOWN]
    title = f"{counted(len(lacking), 'check')} to mend, {len(blind)} could not look, of {len(found)}"
    tell(context, rows, Rows(title, ["check", "state", "found", "mend"], rows))
    if lacking or blind:
        raise typer.Exit(Exit.DOES_NOT_HOLD if lacking else Exit.FAILED)


def _smoked(url: str, member: str | None, password: str | None, *, on_aws: bool) -> Checked:
    """The smoke test as one more check; on AWS as an existing member alone, as nobody pays for a new one."""
    from infra.ops.doctor.examining import Checked
    from infra.ops.doctor.findings import State

    if not (member and password) and (on_aws or member):
        mend = "give ALLMYTRACKS_SMOKE_EMAIL and ALLMYTRACKS_SMOKE_PASSWORD, or run allmytracks smoke --attended"
        return Checked("smoke", State.UNKNOWN, "there is no member to be", mend)
    found = done_at(url, member, password)
    last = found[-1]
    if last.problem:
        return Checked("smoke", State.MISSING, f"{last.step}: {last.problem}", "allmytracks smoke shows each step")
    return Checked("smoke", State.OK, f"all {len(found)} steps succeeded", "")


def _stack(name: str) -> Stack:
    """The stack, read once so that a wrong name or identity ends the command. Raises OpsError."""
    from botocore.exceptions import BotoCoreError, ClientError

    from infra.ops.doctor.deployment import Stack
    from infra.ops.doctor.reading import ReadingAws

    found = Stack(name, ReadingAws())
    try:
        if "OpsUrl" not in found.outputs:
            raise OpsError(f"the stack {name} has no outputs: it is {found.status}", code="not_found", status=404)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise OpsError(f"the stack {name} cannot be read: {code}", code="not_found", status=404) from None
    except BotoCoreError as error:
        raise OpsError(f"AWS cannot be asked: {error}", code="no_credentials") from None
    return found
