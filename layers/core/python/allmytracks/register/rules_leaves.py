"""The leaves that a licence has in the register, from what is on record of it: the one place that makes them."""

from __future__ import annotations

from allmytracks.foundation.instants import rfc3339
from allmytracks.licenses.rules import PublicLicense
from allmytracks.licenses.states.rules import Revocation, StateChange
from allmytracks.register.rules import Leaf, license_leaf, revocation_leaf, supersession_leaf


def record_leaf(public: PublicLicense) -> Leaf:
    """The leaf of the licence itself."""
    return license_leaf(public.number, rfc3339(public.issued_at), public.document_sha256, public.jws_sha256)


def change_leaf(change: StateChange) -> Leaf:
    """The leaf of what became of a licence since."""
    number, fact = change.number, change.fact
    if isinstance(fact, Revocation):
        return revocation_leaf(number, rfc3339(fact.revoked_at))
    return supersession_leaf(number, rfc3339(fact.superseded_at), fact.superseded_by, fact.reason.value)


def leaves_of(public: PublicLicense) -> list[Leaf]:
    """The licence itself, and what became of it since."""
    changes = [
        StateChange(public.number, fact) for fact in (public.state.supersession, public.state.revocation) if fact
    ]
    return [record_leaf(public), *map(change_leaf, changes)]
