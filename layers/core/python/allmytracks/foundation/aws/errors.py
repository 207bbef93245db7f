"""AWS's retryable error codes: for our client and for `aws_call`."""

from __future__ import annotations

# The developer guides' lists ("Error handling" of DynamoDB, "Common errors" of the others), beside every status of 500
# and above. Signed by a clock that is off, or before this environment was frozen: the next try has a new signature, and
# the next request may meet another environment.
TRANSIENT = frozenset(
    {
        "InternalServerError",
        "InvalidSignatureException",
        "ItemCollectionSizeLimitExceededException",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestExpired",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestTimeTooSkewed",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
CANCELED = "TransactionCanceledException"
# The same for the cancellation reasons of a transaction, one for each item.
TRANSIENT_REASONS = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
CONDITION_FAILED = "ConditionalCheckFailed"

CONFLICT_TRIES = 6
FIRST_PAUSE_SECONDS = 0.02
