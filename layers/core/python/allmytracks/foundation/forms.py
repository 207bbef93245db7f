"""Forms of stored items: an item that an older version wrote is brought to the newest form when it is read.

The form is a number; an item without one has form 1. An upgrade only adds attributes, so that the version before reads
what the one after it writes, as it must while both answer (decision 2026-11-28, forms of items).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

FORM = "form"
FIRST = 1
# An item in DynamoDB's JSON: {"pk": {"S": "..."}}.
Item = Mapping[str, Mapping[str, Any]]
# From one form to the next: the attributes that are added. Pure; what is there is not replaced.
Upgrade = Callable[[Item], Item]


def form_of(item: Item) -> int:
    """The form that an item was written in."""
    return int(item[FORM]["N"]) if FORM in item else FIRST


def newest(upgrades: Sequence[Upgrade]) -> int:
    """The newest form of a kind of item: one more than it has upgrades."""
    return FIRST + len(upgrades)


def missing(item: Item, upgrades: Sequence[Upgrade]) -> dict[str, Any]:
    """What an item lacks of the newest form, its number included; nothing if it has that form or a newer one."""
    added: dict[str, Any] = {}
    for upgrade in upgrades[form_of(item) - FIRST :]:
        now = {**item, **added}
        added |= {name: value for name, value in upgrade(now).items() if name not in now}
    return {**added, FORM: {"N": str(newest(upgrades))}} if form_of(item) < newest(upgrades) else {}
