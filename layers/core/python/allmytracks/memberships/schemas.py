"""Request fields that name published plans' purposes and terms."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec

# A purpose or term: the price list in force decides which exist, not the schema.
PublishedId: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
