"""Calls of AWS: botocore's errors translated, and answers that are kept."""

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
    """A cached property whose first use is a call of AWS: never evaluated before a snapshot."""


@contextmanager
def aws_call(also: frozenset[str] = frozenset()) -> Iterator[None]:
    """Raises Unavailable for what may be tried again; everything else is a defect and stays as it is.

    `also`: codes of the service that is called after which a later try may succeed as well.
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
