"""Whether the identity service may sign in a user without a password: with a proof of ours, once."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.third_party.ports import SignInProofs
from allmytracks.foundation.time_and_ids import Clock


@dataclass(frozen=True)
class RedeemProof:
    """Raises Unavailable."""

    proofs: SignInProofs
    clock: Clock

    def __call__(self, user_name: str, proof: str) -> bool:
        return self.proofs.redeem(user_name, proof, self.clock.now())
