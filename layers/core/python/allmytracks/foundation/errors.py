"""The domain errors, in families.

A family is a kind of refusal (http/problems.py maps each family to its HTTP status); its subclasses carry the stable
`code` that clients rely on. `extra` holds what a client needs to act on it and is returned with the code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

if TYPE_CHECKING:
    from allmytracks.foundation.throttling.rules import Limit


class DomainError(Exception):
    """A refusal with a stable `code`, a sentence for people (`detail`) and facts for machines (`extra`)."""

    code: ClassVar[str]

    def __init__(self, detail: str, **extra: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra


class Malformed(DomainError):
    """The request cannot be parsed (not JSON, a wrong signature, a missing header)."""

    code = "malformed_request"


class PreconditionFailed(DomainError):
    """The resource has changed since the version in If-Match."""

    code = "stale"


class PreconditionRequired(DomainError):
    """A change needs an If-Match header, so that concurrent changes are not lost."""

    code = "if_match_required"


class TooLarge(DomainError):
    """The body is larger than this route accepts."""

    code = "body_too_large"


class UnsupportedMedia(DomainError):
    """The body's media type is not accepted by this route."""

    code = "unsupported_media_type"


class Invalid(DomainError):
    """The request was parsed, and a field of it is invalid."""

    code = "invalid_fields"


class Unauthenticated(DomainError):
    """No valid credentials were presented."""

    code = "unauthenticated"


class Forbidden(DomainError):
    """The caller is known and may not do this."""

    code = "forbidden"


class FreshSignInRequired(Forbidden):
    """The session's sign-in is too old for this act (U-II.III.2.3)."""

    code = "fresh_sign_in_required"


class NotFound(DomainError):
    """There is no such resource, or none that this caller may see."""

    code = "not_found"


class Conflict(DomainError):
    """The request conflicts with the current state."""

    code = "conflict"


class LimitReached(DomainError):
    """Too many requests; a retry can succeed from the instant `until` on. `policy` is the client's limit, if any."""

    code = "too_many_requests"

    def __init__(self, detail: str, *, until: datetime, policy: Limit | None = None, **extra: object) -> None:
        super().__init__(detail, **extra)
        self.until = until
        self.policy = policy


class Unavailable(DomainError):
    """A service that we depend on did not respond; the same request may be retried in `retry_after` seconds."""

    code = "temporarily_unavailable"
    # Whether it was meant: neither a failure to log nor one that counts against availability.
    planned: ClassVar[bool] = False

    def __init__(self, detail: str = "Please try again shortly.", *, retry_after: int = 1, **extra: object) -> None:
        super().__init__(detail, **extra)
        self.retry_after = retry_after


class FieldProblem(Struct, frozen=True):
    """A problem of one field of a request: its name as sent, a stable code, and what to do."""

    field: str
    code: str
    message: str


class InvalidFields(Invalid):
    """One or more fields are invalid; all that were found are listed."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        named = ", ".join(problem.field for problem in problems)
        super().__init__(f"These fields cannot be accepted: {named}.")
        self.problems = tuple(problems)


class FieldProblems:
    """Collects the problems of several checks, so that one response names them all."""

    def __init__(self) -> None:
        self._found: list[FieldProblem] = []

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """A context that collects an InvalidFields raised inside it, and continues after it."""
        try:
            yield
        except InvalidFields as error:
            self._found.extend(error.problems)

    def add(self, problem: FieldProblem) -> None:
        """Adds a problem."""
        self._found.append(problem)

    def raise_found(self) -> None:
        """Raises InvalidFields with all collected problems, if any."""
        if self._found:
            raise InvalidFields(self._found)


class IdempotencyKeyRequired(Malformed):
    """A POST that creates something needs an Idempotency-Key, so that a retry creates nothing twice."""

    code = "idempotency_key_required"


class IdempotencyKeyReused(Conflict):
    """The Idempotency-Key was used for another request."""

    code = "idempotency_key_reused"
