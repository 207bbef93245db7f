"""Operators register tracks and publish price lists, agreements and rules for names."""

from __future__ import annotations

from datetime import UTC

import msgspec
from chalice.app import Blueprint, Response

from allmytracks.catalogue.rules_statistics import LEAST_MEMBERS
from allmytracks.catalogue.schemas import (
    ExplanationAnswer,
    ExplanationQuery,
    OperatorTracksAnswer,
    RebuildAnswer,
    ReindexingAnswer,
    operator_track_answer,
)
from allmytracks.catalogue.schemas_imports import (
    PublicationAnswer,
    PublicationForm,
    PublicationsAnswer,
    PublicationsQuery,
    PublishedVersion,
    TrackChangesForm,
    TrackForm,
)
from allmytracks.catalogue.schemas_searches import SearchStatisticsAnswer, SearchStatisticsQuery
from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.paging import PageQuery
from allmytracks.operator_routes.requests import (
    answer,
    body_of,
    current,
    operator_of,
    query_of,
    route,
)
from allmytracks.operator_routes.roles import Role
from allmytracks.publishing.ports import Publication
from allmytracks.wiring import services

catalog = Blueprint(__name__)


@route(catalog, "GET", "/tracks")
def list_catalog() -> Response:
    """Some of all tracks, straight from the catalogue."""
    query = query_of(current(catalog), PageQuery)
    page = services().catalogue.tracks.page(limit=query.limit, cursor=query.cursor)
    return answer(OperatorTracksAnswer([operator_track_answer(track) for track in page.items], page.next_cursor))


@route(catalog, "GET", "/tracks/{track_id}")
def show_track(track_id: str) -> Response:
    """One track."""
    return answer(operator_track_answer(services().catalogue.tracks.get(track_id)))


@route(catalog, "POST", "/tracks", Role.ADMIN)
def register_track() -> Response:
    """Add a track whose files are uploaded."""
    request = current(catalog)
    form = body_of(request, TrackForm)
    offers = [each.to_offer() for each in form.renditions]
    track, added = services().catalogue.register(form.to_track(), form.to_origin(), offers, operator_of(request))
    return answer(operator_track_answer(track), 201 if added else 200)


@route(catalog, "PATCH", "/tracks/{track_id}", Role.ADMIN)
def edit_track(track_id: str) -> Response:
    """Edit a track's description; fields left out stay unchanged."""
    request = current(catalog)
    changes = body_of(request, TrackChangesForm).to_changes()
    return answer(operator_track_answer(services().catalogue.edit(track_id, changes, operator_of(request))))


@route(catalog, "POST", "/tracks/{track_id}/withdrawal", Role.ADMIN)
def withdraw_track(track_id: str) -> Response:
    """Sell a track no more; what was licensed stays licensed."""
    operator = operator_of(current(catalog))
    return answer(operator_track_answer(services().catalogue.withdraw(track_id, operator)))


@route(catalog, "DELETE", "/tracks/{track_id}/withdrawal", Role.ADMIN)
def restore_track(track_id: str) -> Response:
    """Sell a track again."""
    operator = operator_of(current(catalog))
    return answer(operator_track_answer(services().catalogue.withdraw.restore(track_id, operator)))


@route(catalog, "POST", "/search-rebuilds", Role.ADMIN)
def rebuild_search() -> Response:
    """Rebuild the search index from the whole catalogue, within minutes."""
    services().catalogue.request_rebuild(operator_of(current(catalog)))
    return answer(RebuildAnswer("requested"), 202)


@route(catalog, "POST", "/search-reindexing", Role.ADMIN)
def reindex_search() -> Response:
    """Take the next step of a new search index beside the one in force."""
    told = services().catalogue.reindex(operator_of(current(catalog)))
    return answer(ReindexingAnswer(told.read, told.finished))


@route(catalog, "GET", "/search-explanation")
def explain_search() -> Response:
    """Why the search ranks a track as it does."""
    query = query_of(current(catalog), ExplanationQuery)
    told = services().catalogue.explain_search(query.q, query.track_id)
    return answer(ExplanationAnswer(query.q, query.track_id, dict(told)))


@route(catalog, "GET", "/search-statistics")
def show_search_statistics() -> Response:
    """What members search for most, and what they do not find; only what several searched for."""
    found = services().catalogue.search_statistics(query_of(current(catalog), SearchStatisticsQuery).month)
    told = {**msgspec.to_builtins(found), "least_members": LEAST_MEMBERS}
    return answer(msgspec.convert(told, SearchStatisticsAnswer))


@route(catalog, "POST", "/publications", Role.ADMIN)
def publish() -> Response:
    """Publish a version of a price list, an agreement or the rules for names (M-II.9)."""
    request = current(catalog)
    form = body_of(request, PublicationForm)
    if form.effective_at.tzinfo is None:
        raise InvalidFields([FieldProblem("effective_at", "invalid", "Give the time with its zone (…Z).")])
    publication = Publication(form.kind, form.version, form.effective_at.astimezone(UTC), form.body)
    told = PublicationAnswer(form.kind, form.version, rfc3339(publication.effective_at))
    if form.dry_run:
        services().operations.publish.check(publication)
        return answer(told)
    services().operations.publish(publication, operator_of(request))
    return answer(told, 201)


@route(catalog, "GET", "/publications")
def list_publications() -> Response:
    """All versions of a kind."""
    kind = query_of(current(catalog), PublicationsQuery).kind
    items = [
        PublishedVersion(each.version, rfc3339(each.effective_at), dict(each.body))
        for each in services().operations.publish.published(kind)
    ]
    return answer(PublicationsAnswer(kind, items))
