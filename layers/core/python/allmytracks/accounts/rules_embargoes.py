"""How long the address of a closed account rests (S-6.5)."""

from __future__ import annotations

from datetime import timedelta

EMBARGO = timedelta(days=10)
