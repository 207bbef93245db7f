"""Trigger of the user pool: a sign-in without a password is answered by a proof of our own functions."""

from collections.abc import Mapping
from typing import Any

from allmytracks.accounts.third_party.schemas_challenges import answered
from allmytracks.wiring import services


def handle(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """An error fails the sign-in; its proof, if it was not redeemed, expires."""
    return answered(event, services().accounts.third_party.redeem_proof, context)
