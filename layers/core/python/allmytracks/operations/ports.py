"""What operators work with: their imports, and the record of their acts."""

from __future__ import annotations
