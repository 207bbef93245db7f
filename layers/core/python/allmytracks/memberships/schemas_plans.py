"""Response bodies of the route of plans (api.md)."""

from __future__ import annotations

import msgspec


class PriceAnswer(msgspec.Struct):
    """`amount` in the currency's minor unit."""

    term: str
    currency: str
    amount: int


class PlanConditionsAnswer(msgspec.Struct):
    """The conditions of a purpose, each `yes` or `no`."""

    monetisation: str
    editing: str
    attribution: str


class PlanAnswer(msgspec.Struct):
    """One plan; `rights` tells for each purpose `yes`, `personal` or `no`, `agreements` what its buyer accepts.

    `price_list` is the version of the list, and so of this row of rights; `terms_id` names the plan in it permanently:
    what is ordered now keeps its rights for the order's term, and licences under it for ever. `conditions` tell of
    each purpose whether the work may earn money, the music be edited, and whether its artist must be named (each `yes`
    or `no`).
    """

    id: str
    name: str
    audience: str
    daily_downloads: int
    prices: list[PriceAnswer]
    rights: dict[str, str]
    agreements: list[str]
    terms_id: str
    price_list: str
    conditions: dict[str, PlanConditionsAnswer]


class PlatformAnswer(msgspec.Struct):
    """A platform that licences can name; `id` is what requests send, in any case."""

    id: str
    name: str


class PurposeAnswer(msgspec.Struct):
    """A row of the rights; `platform` is whether a licence for it has to name its one platform."""

    id: str
    group: str
    platform: str


class PlansAnswer(msgspec.Struct):
    """The plans on sale; what is on none of the platforms is `other`, with its name as `platform_name`."""

    items: list[PlanAnswer]
    purposes: list[PurposeAnswer]
    platforms: list[PlatformAnswer]
