"""The use cases of the catalogue."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from allmytracks.bootstrap.downloads import DownloadServices

if TYPE_CHECKING:
    from allmytracks.catalogue.ports import SearchIndex, TrackSearch
    from allmytracks.catalogue.use_cases.list_tracks import ListTracks
    from allmytracks.catalogue.use_cases.preview_track import PreviewTrack
    from allmytracks.catalogue.use_cases.rebuild_search import RebuildSearch


class CatalogServices(DownloadServices):
    """What the functions of the catalogue call."""

    @cached_property
    def track_search(self) -> TrackSearch:
        from allmytracks.catalogue.sqlite import SqliteTrackSearch

        return SqliteTrackSearch(self.settings.documents_bucket, self.clock)

    @cached_property
    def search_index(self) -> SearchIndex:
        from allmytracks.catalogue.sqlite import SqliteSearchIndex

        return SqliteSearchIndex(self.settings.documents_bucket)

    @cached_property
    def list_tracks(self) -> ListTracks:
        from allmytracks.catalogue.use_cases.list_tracks import ListTracks

        return ListTracks(self.track_search)

    @cached_property
    def preview_track(self) -> PreviewTrack:
        from allmytracks.catalogue.use_cases.preview_track import PreviewTrack

        return PreviewTrack(self.tracks, self.links, self.clock)

    @cached_property
    def rebuild_search(self) -> RebuildSearch:
        from allmytracks.catalogue.use_cases.rebuild_search import RebuildSearch

        return RebuildSearch(self.search_index, self.tracks)
