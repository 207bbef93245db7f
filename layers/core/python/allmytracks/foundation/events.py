"""Domain events, named in the past tense."""

from __future__ import annotations

from msgspec import Struct, to_builtins


class Event(Struct, frozen=True):
    """Something that happened to one account. Holds no personal data: consumers read what they need themselves."""

    account_id: str

    @property
    def name(self) -> str:
        return type(self).__name__

    @property
    def occasion(self) -> str:
        """What distinguishes it from other events of its order: each is published once."""
        return self.name

    def detail(self) -> dict[str, object]:
        told: dict[str, object] = to_builtins(self)
        return told
