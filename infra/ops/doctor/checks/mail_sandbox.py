"""SES sends to everybody, enough of it, and is in good standing."""

from __future__ import annotations

from infra.ops.doctor.checks.stacks import of
from infra.ops.doctor.deployment import Deployment
from infra.ops.doctor.findings import Finding, missing, ok

ENOUGH_A_DAY = 10_000


def check(deployment: Deployment) -> Finding:
    """Whether the account is out of SES's sandbox."""
    account = of(deployment).aws("sesv2", "GetAccount")
    sends = account.get("SendQuota", {}).get("Max24HourSend", 0)
    if not account.get("ProductionAccessEnabled"):
        mend = "request production access in the console of SES (Account dashboard); an answer takes about a day"
        return missing("SES is in its sandbox: only verified addresses get mail", mend)
    if not account.get("SendingEnabled") or account.get("EnforcementStatus") != "HEALTHY":
        mend = "see the reputation dashboard of SES; answer AWS's case, then aws sesv2 put-account-sending-attributes"
        return missing(f"SES says {account.get('EnforcementStatus')}; sending is held back", mend)
    if deployment.is_production and sends < ENOUGH_A_DAY:
        return missing(f"{sends:.0f} mails a day", f"request a sending quota of {ENOUGH_A_DAY} a day or more")
    return ok(f"out of the sandbox, {sends:.0f} mails a day")
