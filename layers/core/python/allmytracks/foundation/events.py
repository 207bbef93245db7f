"""Domain events: what happened, in the past tense."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to one account. Holds no personal data: a listener reads what it needs itself."""

    account_id: str

    @property
    def name(self) -> str:
        return type(self).__name__

    @property
    def occasion(self) -> str:
        """What tells it from other events of its order: each is published once."""
        return self.name

    def detail(self) -> dict[str, object]:
        return asdict(self)
