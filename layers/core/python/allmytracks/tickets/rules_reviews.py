"""An operator's review of the documents that a request without sign-in came with (P-12.identity)."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from allmytracks.foundation.errors import Conflict
from allmytracks.tickets.rules import Ticket
from allmytracks.tickets.rules_attachments import AttachmentStatus
from allmytracks.tickets.rules_proofs import PROVING, Proof, ProofMeans, ProofReason


class NoDocuments(Conflict):
    """Nothing was sent that could be reviewed."""

    code = "no_documents"


class NeedsNoProof(Conflict):
    """The member was signed in when opening this ticket."""

    code = "needs_no_proof"


def require_documents(ticket: Ticket, reason: ProofReason) -> None:
    """Documents prove only where some arrived and were checked. Raises NoDocuments, NeedsNoProof."""
    if ticket.account_id is not None:
        raise NeedsNoProof("Its member was signed in; this ticket needs no proof.")
    arrived = any(each.status is AttachmentStatus.CHECKED for each in ticket.attachments)
    if reason in PROVING and not arrived:
        raise NoDocuments("No document of this ticket arrived and was checked. Ask for some first.")


def reviewed(ticket: Ticket, reason: ProofReason, now: datetime) -> Ticket:
    """The ticket with the finding; the same again changes nothing.

    A finding against it takes an earlier proof back.
    """
    proof = ticket.proof or Proof()
    if reason in PROVING:
        if proof.means is ProofMeans.DOCUMENTS:
            return ticket
        return replace(ticket, proof=replace(proof, means=ProofMeans.DOCUMENTS, at=now, refused_for=None))
    if proof.refused_for is reason:
        return ticket
    return replace(ticket, proof=replace(proof, means=None, at=now, refused_for=reason))
