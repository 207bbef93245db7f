"""Request and response bodies of the routes for project packs."""

from __future__ import annotations

from typing import Annotated

import msgspec

from allmytracks.foundation.http.reading import by_rule
from allmytracks.foundation.instants import rfc3339
from allmytracks.licenses.packs.use_cases.request_project_pack import Requested


class ProjectPackForm(msgspec.Struct):
    """The name of a project that the caller has licences for."""

    project: Annotated[str, by_rule("downloads.rules", "check_project")]


class ProjectPackAnswer(msgspec.Struct):
    """A pack: `pending` until a worker has made it, then `ready` with a link, `expired` once its file is gone (ask
    again under a new Idempotency-Key), or `failed` for the reason `problem` (`too_many_licenses`: more than 10,000;
    `no_licenses`: none for a project of this name).

    It holds the valid letters (`letters`), their signed texts and a cue sheet; `size` in bytes.
    """

    pack_id: str
    project: str
    status: str
    requested_at: str
    letters: int | None
    size: int | None
    expires_at: str | None
    url: str | None
    url_expires_at: str | None
    problem: str | None


def project_pack_answer(asked: Requested) -> ProjectPackAnswer:
    """A pack as its member sees it."""
    pack, file, link = asked.pack, asked.pack.file, asked.link
    return ProjectPackAnswer(
        pack_id=pack.id,
        project=pack.project,
        status=asked.status,
        requested_at=rfc3339(pack.requested_at),
        letters=file.letters if file else None,
        size=file.size if file else None,
        expires_at=rfc3339(pack.expires_at) if pack.expires_at else None,
        url=link.url if link else None,
        url_expires_at=rfc3339(link.expires_at) if link else None,
        problem=pack.problem,
    )
