"""What routes answer to an active account, by the act that they are of."""

from __future__ import annotations

from allmytracks.accounts.rules_states import Act

# Codes by which a state refuses an act.
STATE_CODES = {"account_not_verified", "guardian_consent_required", "account_frozen", "account_restricted"}
# The response to an active account; every other state that permits the act gets the same.
ANSWERED = {
    Act.SIGN_IN: {201},
    Act.REFRESH: {201},
    Act.SIGN_OUT: {204},
    Act.READ: {200, 404},  # there is no invoice, agreement, pack and notice
    Act.END_SESSIONS: {204},
    Act.FREEZE: {202, 204},
    Act.PARTICULARS: {200, 201, 204},
    Act.ASK_GUARDIAN: {204, 409},  # only an account awaiting its guardian has one
    Act.CONSENT: {200, 201, 204},
    Act.BILLING: {200, 201, 204},
    Act.ORDER: {200, 201},
    Act.QUIT: {404, 409},  # nothing runs: there are no payments
    Act.DOWNLOAD: {201},
    Act.LINK: {201},
    Act.LICENSE: {201, 202},  # a letter, or a batch of them
    Act.PACK: {202},
    Act.DEVICE: {200, 201, 204},
    Act.TICKET: {201, 404},  # there is no ticket to write to
    Act.EXPORT: {202, 404},  # there is none of this number
    Act.CLOSE: {204, 409},  # what blocks closing is not the account's state
}
