"""SnapStart: what is done once for all environments that start from a snapshot, and what they must not share.

Lambda runs these hooks where a function starts from a snapshot; nowhere else does anything of this happen
(docs/decisions/2026-11-24-priming.md).
"""

from __future__ import annotations

import random
from collections.abc import Callable

from snapshot_restore_py import register_after_restore, register_before_snapshot

from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.observability import logger, metrics


def primed(app: HttpFunction, build: Callable[[], object]) -> HttpFunction:
    """`app`, whose first request needs what `build` makes before the snapshot; it must call nobody."""
    register_before_snapshot(_prime, build)
    # Every environment would have the same random numbers, and those that meet would pause alike.
    register_after_restore(random.seed)
    return app


def _prime(build: Callable[[], object]) -> None:
    logger()
    metrics()
    build()
