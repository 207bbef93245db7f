"""Trigger of the user pool: a sign-in without a password is answered by a proof of our own functions."""

from collections.abc import Mapping
from typing import Any

from allmytracks.accounts.third_party.schemas_challenges import answered
from allmytracks.foundation.aws.time_left import LambdaContext, before_the_time_out
from allmytracks.wiring import services


def handle(event: Mapping[str, Any], context: LambdaContext | None) -> dict[str, Any]:
    """An error fails the sign-in; its proof, if it was not redeemed, expires."""
    with before_the_time_out(context):
        return answered(event, services().accounts.third_party.redeem_proof)
