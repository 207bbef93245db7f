"""Upgrades of orders, from each form of their items to the next."""

from __future__ import annotations

from allmytracks.foundation.forms import Item


def _with_plan_name(item: Item) -> Item:
    """Orders from before 2026-11-27 have the plan's id alone."""
    return {"plan_name": item["plan"]}


ORDER_UPGRADES = (_with_plan_name,)
