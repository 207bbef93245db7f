"""The register's leaves of a licence, from its record: the only code that makes them."""

from __future__ import annotations

from allmytracks.foundation.instants import rfc3339
from allmytracks.licenses.rules import PublicLicense
from allmytracks.licenses.states.rules import Revocation, StateChange
from allmytracks.register.rules import Leaf, license_leaf, revocation_leaf, supersession_leaf


def record_leaf(public: PublicLicense) -> Leaf:
    """The leaf of the licence itself."""
    return license_leaf(public.number, rfc3339(public.issued_at), public.document_sha256, public.jws_sha256)


def change_leaf(change: StateChange) -> Leaf:
    """The leaf of a revocation or supersession."""
    number, fact = change.number, change.fact
    if isinstance(fact, Revocation):
        return revocation_leaf(number, rfc3339(fact.revoked_at))
    return supersession_leaf(number, rfc3339(fact.superseded_at), fact.superseded_by, fact.reason.value)


def leaves_of(public: PublicLicense) -> list[Leaf]:
    """The leaves of a licence: its own, its revocation, its supersession."""
    changes = [
        StateChange(public.number, fact) for fact in (public.state.supersession, public.state.revocation) if fact
    ]
    return [record_leaf(public), *map(change_leaf, changes)]
