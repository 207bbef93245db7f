"""Sessions: one for each sign-in, stored for the lifetime of its refresh token (U-II.II.2)."""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from allmytracks.accounts.rules import Account

# The lifetime of a refresh token (infra/identity.yaml, RefreshTokenValidity).
SESSION_LIFETIME = timedelta(days=30)
BITS_SHOWN = {4: 24, 6: 48}


class EndOfSessions(StrEnum):
    """Why the sessions of an account ended."""

    SIGNED_OUT = "signed_out"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a reason, no password
    PASSWORD_RESET = "password_reset"  # noqa: S105 - as above
    FROZEN = "frozen"


class Session(Struct, frozen=True):
    """One sign-in: `network` is its client's address without the last part; `device` its user agent."""

    id: str
    started_at: datetime
    last_seen_at: datetime
    network: str
    device: str

    @property
    def ends_at(self) -> datetime:
        return self.started_at + SESSION_LIFETIME


def is_open(session: Session, account: Account, now: datetime) -> bool:
    """Whether a session can still be renewed: it began after the account's sessions last ended, or was kept then."""
    kept = account.sessions_from is None or session.started_at >= account.sessions_from
    return now < session.ends_at and (kept or session.id == account.kept_session)


def network_of(source_ip: str) -> str:
    """The network of an address, as stored with a session."""
    address = ipaddress.ip_address(source_ip)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return str(ipaddress.ip_network(f"{address}/{BITS_SHOWN[address.version]}", strict=False))
