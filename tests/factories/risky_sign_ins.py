"""The check of risky sign-ins, in memory."""

from __future__ import annotations

from allmytracks.accounts.ports_sessions import EmailedCodes, Sessions
from allmytracks.accounts.use_cases.prove_risky_sign_in import ProveRiskySignIn
from allmytracks.foundation.messages import Mailer
from allmytracks.foundation.system_time_and_ids import RandomIds
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.foundation.time_and_ids import Clock
from tests.fakes.accounts import MemoryEmailedCodes
from tests.fakes.foundation import MemoryMailer


def risk_check(
    sessions: Sessions,
    throttle: Throttle,
    clock: Clock,
    codes: EmailedCodes | None = None,
    mailer: Mailer | None = None,
) -> ProveRiskySignIn:
    """The check; what is not given is its own."""
    return ProveRiskySignIn(
        sessions, codes or MemoryEmailedCodes(), mailer or MemoryMailer(), throttle, clock, RandomIds()
    )
