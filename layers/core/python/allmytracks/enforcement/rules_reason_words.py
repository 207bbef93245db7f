"""The wording of each reason code in notices to members."""

from __future__ import annotations

from allmytracks.accounts.rules_closing import RefusalReason
from allmytracks.accounts.rules_reasons import LetterReason, Reason
from allmytracks.enforcement.rules_fraud import Suspicion

REASONS: dict[str, str] = {
    Suspicion.TOO_FAST: "many downloads within a minute",
    Suspicion.MANY_NETWORKS: "downloads from many networks within a day",
    Suspicion.MANY_DEVICES: "downloads from many devices within a day",
    Suspicion.SCRIPTED: "downloads by a program instead of a person",
    Suspicion.EVEN_INTERVALS: "downloads at intervals that only a program keeps",
    Suspicion.MANY_LINKS: "very many links to old downloads",
    Reason.FRAUD: "suspected abuse of downloads",
    Reason.UNTRUE_DATA: "untrue data about the account's owner",
    Reason.BREACH_OF_RULES: "a breach of the rules of use",
    Reason.UNPAID_FEE: "an unpaid fee",
    Reason.LACK_OF_CAPACITY: "the account's owner may not agree to the terms of use alone",
    Reason.IMPERSONATION: "the account was opened in another's name",
    Reason.ROBOT_PURCHASE: "a purchase by a program",
    Reason.OUTSIDE_PURCHASE: "a purchase outside our own channel",
    Reason.OUT_OF_SCOPE_USE: "music was used beyond its licence",
    Reason.ILLEGAL_USE: "the account was used for something that the law forbids",
    Reason.AUTHORITY_ORDER: "an authority ordered it",
    Reason.MEMBER_REQUEST: "you applied for it",
    Reason.GUARDIAN_REQUEST: "the guardian of the account's owner asked for it",
    Reason.DECEASED: "its owner died",
    Reason.INACTIVITY: "the account was not used for 365 days",
    Reason.END_OF_SERVICE: "the service ends",
    RefusalReason.BLOCKED: "something stands against closing the account, as the account shows",
    RefusalReason.OWNER_IN_DOUBT: "it is not clear that the account's owner applied",
    RefusalReason.INVESTIGATION: "the use of the account is being looked into",
    LetterReason.AUTHORITY_SHOWN: "the letter shows that you may act for the enterprise",
    LetterReason.NOT_LEGIBLE: "the letter cannot be read",
    LetterReason.NOT_SIGNED: "the letter is not signed",
    LetterReason.OTHER_COMPANY: "the letter is of another enterprise than the one of your account",
    LetterReason.OTHER_PERSON: "the letter authorises another person",
    LetterReason.NO_AUTHORITY: "the letter does not authorise its holder to use the service for the enterprise",
    LetterReason.EXPIRED: "the authority has expired",
    Reason.CLEARED: "we looked into it, and nothing is left of it",
}
