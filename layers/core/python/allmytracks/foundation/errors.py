"""The refusals of the product, in families.

A family is a kind of refusal (http/problems.py gives each family its HTTP status); a class below it
carries the stable `code` that the website is written against. `extra` holds what the reader needs to act on it and is
shown beside the code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

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
    """The request cannot be read at all (not JSON, a wrong signature, a missing header)."""

    code = "malformed_request"


class TooLarge(DomainError):
    """The body is larger than anything that this route takes."""

    code = "body_too_large"


class UnsupportedMedia(DomainError):
    """The body is of a kind that this route does not take."""

    code = "unsupported_media_type"


class Invalid(DomainError):
    """The request was read, and a field of it cannot be accepted."""

    code = "invalid_fields"


class Unauthenticated(DomainError):
    """No valid credentials were presented."""

    code = "unauthenticated"


class Forbidden(DomainError):
    """The caller is known and may not do this."""

    code = "forbidden"


class FreshSignInRequired(Forbidden):
    """The sign-in of this session is older than this act allows (U-II.III.2.3)."""

    code = "fresh_sign_in_required"


class NotFound(DomainError):
    """There is no such thing, or none that this caller may know of."""

    code = "not_found"


class Conflict(DomainError):
    """The request contradicts what is already so."""

    code = "conflict"


class LimitReached(DomainError):
    """Too many for now; another try can succeed from the instant `until` on. `policy` is the client's limit, if any."""

    code = "too_many_requests"

    def __init__(self, detail: str, *, until: datetime, policy: Limit | None = None, **extra: object) -> None:
        super().__init__(detail, **extra)
        self.until = until
        self.policy = policy


class Unavailable(DomainError):
    """A service that we stand on did not answer; the same request may be sent again in `retry_after` seconds."""

    code = "temporarily_unavailable"

    def __init__(self, detail: str = "Please try again shortly.", *, retry_after: int = 1, **extra: object) -> None:
        super().__init__(detail, **extra)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field of a request: its name as sent, a stable code, and what to do."""

    field: str
    code: str
    message: str


class InvalidFields(Invalid):
    """One or more fields cannot be accepted; every one that was found is listed."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        named = ", ".join(problem.field for problem in problems)
        super().__init__(f"These fields cannot be accepted: {named}.")
        self.problems = tuple(problems)


class FieldProblems:
    """Gathers the problems of several checks, so that one answer names them all."""

    def __init__(self) -> None:
        self._found: list[FieldProblem] = []

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Keeps what a check inside raises as InvalidFields, and goes on after it."""
        try:
            yield
        except InvalidFields as error:
            self._found.extend(error.problems)

    def raise_found(self) -> None:
        """Raises InvalidFields with everything that was gathered, if anything was."""
        if self._found:
            raise InvalidFields(self._found)


class IdempotencyKeyRequired(Malformed):
    """A POST that makes something needs an Idempotency-Key, so that a repeated request makes nothing twice."""

    code = "idempotency_key_required"


class IdempotencyKeyReused(Conflict):
    """The same Idempotency-Key came with another request."""

    code = "idempotency_key_reused"
