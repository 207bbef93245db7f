"""The leaves that a licence has in the register, from what is on record of it."""

from __future__ import annotations

from allmytracks.foundation.instants import rfc3339
from allmytracks.licenses.rules import PublicLicense
from allmytracks.register.rules import Leaf, license_leaf, revocation_leaf, supersession_leaf


def leaves_of(public: PublicLicense) -> list[Leaf]:
    """The licence itself, and what became of it since."""
    number, state = public.number, public.state
    leaves = [license_leaf(number, rfc3339(public.issued_at), public.document_sha256, public.jws_sha256)]
    if state.supersession is not None:
        of = state.supersession
        leaves.append(supersession_leaf(number, rfc3339(of.superseded_at), of.superseded_by, of.reason.value))
    if state.revocation is not None:
        leaves.append(revocation_leaf(number, rfc3339(state.revocation.revoked_at)))
    return leaves
