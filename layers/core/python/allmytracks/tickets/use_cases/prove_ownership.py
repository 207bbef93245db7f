"""Who asks without signing in proves to own the account: by a code to its address, or by documents (P-12.identity)."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules import AccountNotFound, AccountStatus
from allmytracks.accounts.rules_addresses import normal_email
from allmytracks.foundation.messages import Mail, Mailer, Why
from allmytracks.foundation.throttling.rules import RESET_TRIES, SIGN_UP_MAILS, subject_of
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.foundation.time_and_ids import Clock, Ids
from allmytracks.mails.rules_catalogues import words_for
from allmytracks.tickets.ports import Tickets
from allmytracks.tickets.rules import Ticket, TicketClosed, TicketNotFound
from allmytracks.tickets.rules_numbers import normal_number
from allmytracks.tickets.rules_proofs import CODE_DIGITS, CODE_LIFETIME, Proof, ProofMeans, WrongProofCode, hash_of
from allmytracks.tickets.use_cases.change_ticket import change_ticket

NEVER_PROVED = frozenset({AccountStatus.UNVERIFIED, AccountStatus.CLOSED})


@dataclass(frozen=True)
class ProveOwnership:
    """Who asks names the ticket's number and the address that they gave in it; nobody else knows both.

    Raises InvalidFields, TicketNotFound, TicketClosed, LimitReached, Unavailable.
    """

    accounts: Accounts
    tickets: Tickets
    mailer: Mailer
    throttle: Throttle
    clock: Clock
    ids: Ids

    def send_code(self, number: str, email: str) -> None:
        """Mails a code to the address, if it is the account's; otherwise a mail that says so."""
        email = normal_email("email", email)
        self.throttle.count(SIGN_UP_MAILS, subject_of(email))
        ticket = self._find(number, email)
        code, now = self.ids.digits(CODE_DIGITS), self.clock.now()
        proves = self._is_address_of_account(ticket, email)
        # Of another address an expired code: the same write.
        until = now + CODE_LIFETIME if proves else now

        def kept(found: Ticket) -> Ticket:
            proof = found.proof or Proof()
            return replace(found, proof=replace(proof, code_hash=hash_of(code, found.number), code_until=until))

        change_ticket(self.tickets, ticket.number, kept)
        # Without the account's language also where there is one: the requester must not learn that there is.
        name = "ProofOfOwnership" if proves else "NoProofOfOwnership"
        letter = words_for(None).letter(name, number=ticket.number, code=code)
        self.mailer.send(Mail(email, letter.subject, letter.text, Why.TICKET, language=letter.language))

    def __call__(self, number: str, email: str, code: str) -> Ticket:
        """Records the proof; again changes nothing. Raises WrongProofCode."""
        email = normal_email("email", email)
        self.throttle.count(RESET_TRIES, subject_of(number))
        ticket, now = self._find(number, email), self.clock.now()

        def proved(found: Ticket) -> Ticket:
            if found.proof is None or not found.proof.is_proved_by(code, found.number, now):
                raise WrongProofCode("This code proves nothing. Check it, or ask for another one.")
            if found.proof.given:
                return found
            return replace(found, proof=replace(found.proof, means=ProofMeans.CODE, at=now, refused_for=None))

        return change_ticket(self.tickets, ticket.number, proved)

    def _find(self, number: str, email: str) -> Ticket:
        ticket = self.tickets.get(normal_number(number))
        if ticket.account_id is not None or ticket.email != email:
            raise TicketNotFound("There is no such request with this address.")
        if not ticket.unfinished:
            raise TicketClosed("This request was answered. Send a new one.")
        return ticket

    def _is_address_of_account(self, ticket: Ticket, email: str) -> bool:
        # The same read where there is no account.
        try:
            account = self.accounts.get(ticket.concerns or ticket.number)
        except AccountNotFound:
            return False
        return account.email == email and account.status not in NEVER_PROVED
