"""A sign-up or a proof that ends at any of its calls is completed by the next."""

from __future__ import annotations

import contextlib
import dataclasses
import re
from typing import Any

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules import AccountStatus, WrongCode
from tests.factories.sign_up_world import HOME, PASSWORD, PORTS, REQUEST, World


@pytest.fixture
def world() -> World:
    return World()


class Died(Exception):
    """The process ended here."""


class Dying:
    """A port whose calls crash the process, before or after the call took effect."""

    def __init__(self, port: object, plan: list[bool | None]) -> None:
        self._port, self._plan = port, plan

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            after = self._plan.pop(0) if self._plan else None
            if after is False:
                raise Died
            result = getattr(self._port, name)(*arguments, **named)
            if after:
                raise Died
            return result

        return call


def dies(act: Any, at: int, *, after: bool) -> Any:
    """`act`, the use case, on ports of which the call number `at` ends the process."""
    plan = [None] * at + [after]
    ports = {name: Dying(getattr(act, name), plan) for name in PORTS if hasattr(act, name)}
    return dataclasses.replace(act, **ports)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(6))
def test_signing_up_again_completes_a_sign_up_after_a_crash_at_any_call(world: World, at: int, after: bool) -> None:  # noqa: FBT001 - a parameter of the test
    with pytest.raises(Died):
        dies(world.sign_up, at, after=after)(REQUEST)
    mine = world.sign_up(replace(REQUEST, password="Another4password x"))
    text = world.mailer.sent[-1].text
    code = re.search(r"\b(\d{6}|\d{8})\b", text)
    assert code is not None
    world.verify("ada@example.org", code.group(), "Another4password x")
    assert world.sign_in("ada@example.org", "Another4password x", HOME).account_id == mine.account_id


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(5))
def test_the_same_code_completes_a_proof_after_a_crash_at_any_call(world: World, at: int, after: bool) -> None:  # noqa: FBT001 - a parameter of the test
    account_id = world.sign_up(REQUEST).account_id
    with pytest.raises(Died):
        dies(world.verify, at, after=after)("ada@example.org", world.code())
    with contextlib.suppress(WrongCode):  # dropped already: proved
        world.verify("ada@example.org", world.code())
    assert world.sign_in("ada@example.org", PASSWORD, HOME).account_id == account_id
    assert world.accounts.get(account_id).status is AccountStatus.ACTIVE
