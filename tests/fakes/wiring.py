"""Puts fakes in the place of what the wiring would make."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from allmytracks.wiring import Services


def put(services: Services, parts: Mapping[str, object]) -> None:
    """Each part by its path, as in `{"licenses.repository": MemoryLicenses()}`; a path that is none fails."""
    for path, part in parts.items():
        *capabilities, name = path.split(".")
        owner: object = services
        for capability in capabilities:
            owner = getattr(owner, capability)
        if not isinstance(getattr(type(owner), name), cached_property):
            raise TypeError(f"{path} is not made by the wiring")
        vars(owner)[name] = part
