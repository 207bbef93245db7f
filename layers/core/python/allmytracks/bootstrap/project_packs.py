"""The use cases of project packs."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from allmytracks.bootstrap.licenses import LicenseServices

if TYPE_CHECKING:
    from allmytracks.ports.project_packs import ProjectPacks
    from allmytracks.services.make_project_pack import MakeProjectPack
    from allmytracks.services.request_project_pack import RequestProjectPack


class ProjectPackServices(LicenseServices):
    """What the functions of project packs call."""

    @cached_property
    def project_packs(self) -> ProjectPacks:
        from allmytracks.adapters.project_packs import DynamoProjectPacks

        return DynamoProjectPacks(self.accounts_table)

    @cached_property
    def request_project_pack(self) -> RequestProjectPack:
        from allmytracks.adapters.aws_environment import aws_environment
        from allmytracks.adapters.links import S3LinkSigner
        from allmytracks.services.request_project_pack import RequestProjectPack

        return RequestProjectPack(
            packs=self.project_packs,
            licenses=self.licenses,
            links=S3LinkSigner(self.settings.documents_bucket, self.settings.link_seconds, aws_environment()),
            events=self.events,
            clock=self.clock,
        )

    @cached_property
    def make_project_pack(self) -> MakeProjectPack:
        from allmytracks.adapters.project_packs import S3PackFiles
        from allmytracks.services.make_project_pack import MakeProjectPack

        return MakeProjectPack(
            packs=self.project_packs,
            licenses=self.licenses,
            documents=self.letter_documents,
            tracks=self.tracks,
            files=S3PackFiles(self.settings.documents_bucket),
            clock=self.clock,
        )
