"""Rate limits (U-II.IV.7): the limits, their windows and their subjects.

The figures and what they cost: docs/decisions/2026-11-22-throttling.md.
"""

from __future__ import annotations

import hashlib
import ipaddress
from datetime import UTC, datetime

from msgspec import Struct

from allmytracks.foundation.errors import LimitReached

NETWORK_OF_ONE_V6_CLIENT = 64
DIGITS_OF_A_SUBJECT = 32


class Limit(Struct, frozen=True):
    """At most `requests` of one subject in each window of `seconds`.

    `batch` is how many requests a process counts by itself before it writes them to the shared counter: above 1 the
    limit is cheaper and less exact, by at most `batch` - 1 for each process that serves the client. `returnable`: a
    count may be given back, so that a full window need not stay full. `fails_open` lets requests pass while the
    counters do not answer; otherwise they are refused as temporarily unavailable.
    """

    name: str
    requests: int
    seconds: int
    batch: int = 1
    returnable: bool = False
    fails_open: bool = False


SIGN_IN = Limit("sign-in", 60, 300)
REFRESH = Limit("refresh", 120, 300)
# By client and address: a stranger's guesses do not lock out the owner on another network.
SIGN_IN_FAILURES = Limit("sign-in-failures", 5, 900, returnable=True)
# By address, over all clients; once it is full, each client has one guess in a window of SIGN_IN_FAILURES.
ADDRESS_FAILURES = Limit("address-failures", 50, 900)
SIGN_UP = Limit("sign-up", 60, 3600)
SIGN_UP_MAILS = Limit("sign-up-mails", 10, 3600)
VERIFICATION = Limit("verification", 60, 600)
CODE_TRIES = Limit("code-tries", 10, 3600)
# By address: codes that a risky sign-in asks for, sent or tried.
SIGN_IN_CODES = Limit("sign-in-codes", 10, 3600)
RESET_TRIES = Limit("reset-tries", 10, 3600)
# By account: guesses with a stolen session.
PASSWORD_TRIES = Limit("password-tries", 5, 900, returnable=True)
DEVICE_CLAIMS = Limit("device-claims", 60, 3600)
# By account: devices that it claims, and guesses of the codes on their labels.
CLAIM_TRIES = Limit("claim-tries", 20, 3600)
# By device, over all accounts; once it is full, each account has one guess in a window of CLAIM_TRIES.
CLAIM_GUESSES = Limit("claim-guesses", 50, 3600)
# Cameras of one home share its address.
DEVICE_UPLOADS = Limit("device-uploads", 240, 60, batch=10, fails_open=True)
PASSWORDS = Limit("passwords", 60, 3600)
GUARDIAN_CONSENT = Limit("guardian-consent", 20, 3600)
# People read what is sent here.
TICKETS = Limit("tickets", 30, 3600)
LICENSE_VERIFICATION = Limit("license-verification", 60, 60)
# Each letter is read in a process of its own.
LETTER_VERIFICATION = Limit("letter-verification", 20, 60)
# By operator: more revocations of single licences in a day need a second operator, as one of all of an account does.
REVOCATIONS = Limit("revocations", 20, 86_400)
SEARCH = Limit("search", 120, 60, batch=10, fails_open=True)
REGISTER = Limit("register", 240, 60, batch=10, fails_open=True)


class Window(Struct, frozen=True):
    """One subject's window of one limit; windows are contiguous, from the epoch on."""

    limit: Limit
    subject: str
    number: int

    @property
    def key(self) -> str:
        """The counter's key."""
        return f"{self.limit.name}#{self.subject}#{self.number}"

    @property
    def ends_at(self) -> datetime:
        """The start of the next window."""
        return datetime.fromtimestamp((self.number + 1) * self.limit.seconds, UTC)


def window_at(limit: Limit, subject: str, now: datetime) -> Window:
    """The window that `now` falls into."""
    return Window(limit, subject, int(now.timestamp()) // limit.seconds)


class Rate(Struct, frozen=True):
    """A window's count after a request; for a limit with batches, this process's knowledge of it."""

    window: Window
    used: int

    @property
    def remaining(self) -> int:
        return max(0, self.window.limit.requests - self.used)


class TooManyRequests(LimitReached):
    """A client has used up a limit until its window ends (U-II.IV.7)."""

    def __init__(self, window: Window) -> None:
        super().__init__("Too many requests; wait a little.", until=window.ends_at, policy=window.limit)


def client_at(source_ip: str) -> str:
    """The subject of an IP address; of IPv6 its network, as one customer has all of it."""
    address = ipaddress.ip_address(source_ip)
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            network = ipaddress.IPv6Network((address.packed, NETWORK_OF_ONE_V6_CLIENT), strict=False)
            return subject_of(str(network))
        address = address.ipv4_mapped
    return subject_of(str(address))


def subject_of(text: str) -> str:
    """A hash of an address (e-mail in its normal form, network), so that keys do not show it.

    Without a secret: readers of the counters can read the accounts too, which hold addresses in plain text.
    """
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS_OF_A_SUBJECT]
