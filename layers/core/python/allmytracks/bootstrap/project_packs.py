"""The use cases of project packs."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from allmytracks.bootstrap.licenses import LicenseServices

if TYPE_CHECKING:
    from allmytracks.licenses.packs.ports import ProjectPacks
    from allmytracks.licenses.packs.use_cases.make_project_pack import MakeProjectPack
    from allmytracks.licenses.packs.use_cases.request_project_pack import RequestProjectPack


class ProjectPackServices(LicenseServices):
    """What the functions of project packs call."""

    @cached_property
    def project_packs(self) -> ProjectPacks:
        from allmytracks.licenses.packs.dynamodb import DynamoProjectPacks

        return DynamoProjectPacks(self.accounts_table)

    @cached_property
    def request_project_pack(self) -> RequestProjectPack:
        from allmytracks.downloads.s3_links import S3LinkSigner
        from allmytracks.foundation.aws.environment import aws_environment
        from allmytracks.licenses.packs.use_cases.request_project_pack import RequestProjectPack

        return RequestProjectPack(
            accounts=self.accounts,
            packs=self.project_packs,
            licenses=self.licenses,
            links=S3LinkSigner(self.settings.documents_bucket, self.settings.link_seconds, aws_environment()),
            events=self.events,
            clock=self.clock,
        )

    @cached_property
    def make_project_pack(self) -> MakeProjectPack:
        from allmytracks.licenses.packs.dynamodb import S3PackFiles
        from allmytracks.licenses.packs.use_cases.make_project_pack import MakeProjectPack

        return MakeProjectPack(
            packs=self.project_packs,
            licenses=self.licenses,
            documents=self.letter_documents,
            tracks=self.tracks,
            files=S3PackFiles(self.settings.documents_bucket),
            clock=self.clock,
        )
