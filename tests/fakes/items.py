"""In-memory fake of the accounts table's items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from allmytracks.foundation.forms import Item
from allmytracks.operations.ports import Place
from tests.faults.injector import FallibleCalls


def place_of(item: Item) -> Place:
    return item["pk"]["S"], item["sk"]["S"]


@dataclass
class MemoryItems:
    """Items by place."""

    stored: dict[Place, Item] = field(default_factory=dict)
    calls: FallibleCalls = field(default_factory=FallibleCalls)

    def page(self, after: Place | None, limit: int) -> tuple[Sequence[Item], Place | None]:
        places = sorted(each for each in self.stored if after is None or each > after)
        found = [self.stored[each] for each in places[:limit]]
        return self.calls.send("Scan", lambda: found), places[limit - 1] if len(places) > limit else None

    def again(self, item: Item) -> Item | None:
        return self.calls.send("GetItem", lambda: self.stored.get(place_of(item)))

    def add(self, item: Item, added: Item) -> bool:
        def effect() -> bool:
            same = self.stored.get(place_of(item)) == item
            if same:
                self.stored[place_of(item)] = {**item, **added}
            return same

        return self.calls.send("UpdateItem", effect)
