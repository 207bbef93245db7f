"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.catalogue.wiring import CatalogueServices
    from allmytracks.documents.wiring import DocumentServices
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.licenses.packs.ports import ProjectPacks
    from allmytracks.licenses.packs.use_cases.make_project_pack import MakeProjectPack
    from allmytracks.licenses.packs.use_cases.request_project_pack import RequestProjectPack
    from allmytracks.licenses.wiring import LicenseServices


class ProjectPackServices:
    """Project packs."""

    def __init__(
        self,
        foundation: FoundationServices,
        documents: DocumentServices,
        accounts: AccountServices,
        catalogue: CatalogueServices,
        licenses: LicenseServices,
    ) -> None:
        self._foundation = foundation
        self._documents = documents
        self._accounts = accounts
        self._catalogue = catalogue
        self._licenses = licenses

    @cached_property
    def repository(self) -> ProjectPacks:
        from allmytracks.licenses.packs.dynamodb import DynamoProjectPacks

        return DynamoProjectPacks(self._foundation.accounts_table)

    @cached_property
    def request(self) -> RequestProjectPack:
        from allmytracks.foundation.aws.environment import aws_environment
        from allmytracks.foundation.s3_links import S3LinkSigner
        from allmytracks.licenses.packs.use_cases.request_project_pack import RequestProjectPack

        return RequestProjectPack(
            accounts=self._accounts.repository,
            packs=self.repository,
            licenses=self._licenses.repository,
            links=S3LinkSigner(
                self._foundation.settings.documents_bucket, self._foundation.settings.link_seconds, aws_environment()
            ),
            events=self._foundation.events,
            clock=self._foundation.clock,
        )

    @cached_property
    def make(self) -> MakeProjectPack:
        from allmytracks.licenses.packs.dynamodb import S3PackFiles
        from allmytracks.licenses.packs.use_cases.make_project_pack import MakeProjectPack

        return MakeProjectPack(
            packs=self.repository,
            licenses=self._licenses.repository,
            documents=self._documents.letters,
            tracks=self._catalogue.tracks,
            files=S3PackFiles(self._foundation.settings.documents_bucket),
            clock=self._foundation.clock,
        )
