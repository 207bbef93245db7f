"""Operators trace, renew and revoke downloads."""

from __future__ import annotations

import msgspec
from chalice.app import Blueprint, Response

from allmytracks.accounts.rules_reasons import Reason
from allmytracks.downloads.schemas import DownloadAnswer, IssuedLinkAnswer, download_answer, issued_link_answer
from allmytracks.downloads.use_cases.review_download import DownloadFile
from allmytracks.operator_routes.requests import (
    answer,
    body_of,
    current,
    operator_of,
    route,
)
from allmytracks.operator_routes.roles import Role
from allmytracks.wiring import services

downloads = Blueprint(__name__)


class ReasonForm(msgspec.Struct):
    """The reason of an act."""

    reason: Reason


class DownloadFileAnswer(msgspec.Struct):
    """A download, and when, to which address and device each of its links went."""

    download: DownloadAnswer
    links: list[IssuedLinkAnswer]


@route(downloads, "GET", "/accounts/{account_id}/downloads/{download_id}")
def show_download(account_id: str, download_id: str) -> Response:
    """One download and its links."""
    return _answer(services().downloads.review(account_id, download_id, operator_of(current(downloads))))


@route(downloads, "POST", "/accounts/{account_id}/downloads/{download_id}/links", Role.SUPPORT)
def renew_links(account_id: str, download_id: str) -> Response:
    """The full number of new links again."""
    request = current(downloads)
    reason = body_of(request, ReasonForm).reason
    return _answer(services().downloads.review.renew_links(account_id, download_id, reason, operator_of(request)))


@route(downloads, "POST", "/accounts/{account_id}/downloads/{download_id}/revocation", Role.SUPPORT)
def revoke_download(account_id: str, download_id: str) -> Response:
    """No more links."""
    request = current(downloads)
    reason = body_of(request, ReasonForm).reason
    return _answer(services().downloads.review.revoke(account_id, download_id, reason, operator_of(request)))


def _answer(file: DownloadFile) -> Response:
    links = [issued_link_answer(link) for link in file.links]
    return answer(DownloadFileAnswer(download_answer(file.download), links))
