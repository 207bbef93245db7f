"""Calls of AWS: botocore's errors translated, and cached responses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from allmytracks.foundation.aws.errors import TRANSIENT
from allmytracks.foundation.errors import Unavailable

T = TypeVar("T")


class answer_of_aws(cached_property[T]):  # noqa: N801 - a decorator, as cached_property is one
    """A cached property whose first use calls AWS: never evaluated before a snapshot."""


@contextmanager
def aws_call(also: frozenset[str] = frozenset()) -> Iterator[None]:
    """Raises Unavailable for retryable errors; every other one is a defect and passes through.

    `also`: further retryable error codes of the called service.
    """
    try:
        yield
    except BotoCoreError as error:
        raise Unavailable from error
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if status >= 500 or error.response.get("Error", {}).get("Code") in TRANSIENT | also:
            raise Unavailable from error
        raise
