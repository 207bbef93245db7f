"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.documents.ports import Documents
    from allmytracks.foundation.wiring import FoundationServices


class DocumentServices:
    """Where documents are stored."""

    def __init__(self, foundation: FoundationServices) -> None:
        self._foundation = foundation

    @cached_property
    def invoices(self) -> Documents:
        from allmytracks.documents.s3 import S3Documents

        return S3Documents(self._foundation.settings.documents_bucket)

    @cached_property
    def letters(self) -> Documents:
        from allmytracks.documents.s3 import S3Documents

        return S3Documents(self._foundation.settings.letters_bucket)
