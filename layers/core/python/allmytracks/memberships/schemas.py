"""What routes take of published plans."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec

# Of a purpose or term: which there are, the price list in force says, not the schema.
PublishedId: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
