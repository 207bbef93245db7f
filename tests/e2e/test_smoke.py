"""The smoke program and the doctor against the local cloud, as CI runs them."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from typer.testing import Result

from infra.demo.site import PASSWORD, Site
from infra.localcloud.supervisor import Handle
from infra.ops.main import app
from infra.ops.smoke.function import Smoke
from infra.ops.smoke.program import Failed
from infra.ops.telling import opened
from tests.factories.command_line import run_command


def run(cloud: Handle, *words: str, **environment: str) -> Result:
    return run_command(app, [*words, "--url", cloud.url, "--json"], obj=opened(f"{cloud.url}/ops"), env=environment)


def test_a_new_member_does_everything(cloud: Handle) -> None:
    result = run(cloud, "smoke")

    steps = json.loads(result.output)
    assert [each for each in steps if each["problem"]] == []
    assert steps[-1]["step"] == "sign out"
    assert result.exit_code == 0


def test_an_existing_member_gets_one_letter_whatever_runs_and_nothing_is_missing_of_the_local_cloud(
    cloud: Handle, visitor: Callable[[], Site]
) -> None:
    member = visitor()
    email = member.become_account()
    member.become_member()
    environment = {"ALLMYTRACKS_SMOKE_EMAIL": email, "ALLMYTRACKS_SMOKE_PASSWORD": PASSWORD}

    once, again = run(cloud, "smoke", **environment), run(cloud, "doctor", "--smoke", **environment)

    assert (once.exit_code, again.exit_code) == (0, 0), once.output + again.output
    checks = json.loads(again.output)
    assert [each for each in checks if each["state"] in {"missing", "unknown"}] == []
    assert checks[-1] | {"found": ""} == {"check": "smoke", "state": "ok", "found": "", "mend": ""}
    Smoke(cloud.url, lambda: {"email": email, "password": PASSWORD})(None, None)
    member.sign_in(email).raise_for_status()
    assert len(member.get("/v1/licenses").json()["items"]) == 1
    assert member.get("/v1/allowance").json()["used"] == 1


def test_a_step_that_fails_ends_the_run_and_shows_no_secret(
    cloud: Handle, visitor: Callable[[], Site], capsys: pytest.CaptureFixture[str]
) -> None:
    email = visitor().become_account()

    environment = {"ALLMYTRACKS_SMOKE_EMAIL": email, "ALLMYTRACKS_SMOKE_PASSWORD": PASSWORD}
    result = run(cloud, "smoke", **environment)

    assert result.exit_code == 4
    *before, last = json.loads(result.output)
    assert [each["step"] for each in before] == ["status", "sign in"]
    assert "an operator extends it" in last["problem"]
    examined = run(cloud, "doctor", "--smoke", **environment)
    assert (examined.exit_code, json.loads(examined.output)[-1]["state"]) == (4, "missing")
    with pytest.raises(Failed, match="an operator extends it"):
        Smoke(cloud.url, lambda: {"email": email, "password": PASSWORD})(None, None)
    logged = capsys.readouterr().out
    assert [json.loads(line)["step"] for line in logged.splitlines()] == ["status", "sign in", "membership is active"]
    assert not [secret for secret in (email, PASSWORD) if secret in result.output + logged]


def test_a_member_without_a_password_is_a_wrong_usage() -> None:
    result = run_command(app, ["smoke", "--member", "mia@example.org"], env={"ALLMYTRACKS_SMOKE_PASSWORD": ""})

    assert result.exit_code == 2
