"""A guardian refuses: the minor's account is closed, and its data are erased (P-minors)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.rules_guardians import GuardianDecision
from allmytracks.accounts.rules_reasons import Reason
from allmytracks.closing.use_cases.decide_closing import DecideClosing
from allmytracks.enforcement.use_cases.answer_as_guardian import AnswerAsGuardian


@dataclass(frozen=True)
class RefuseAsGuardian:
    """Repeated with the same link it completes what a crash interrupted. Raises ConsentLinkInvalid, Unavailable."""

    answer: AnswerAsGuardian
    decide: DecideClosing

    def __call__(self, token: str, source_ip: str) -> None:
        account_id = self.answer(token, GuardianDecision.REFUSED, source_ip)
        self.decide.close_for(account_id, Reason.GUARDIAN_REQUEST)
