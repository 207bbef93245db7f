"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.catalogue.opensearch_calls import OpenSearchCalls
    from allmytracks.catalogue.ports import Masters, SearchIndex, Tracks, TrackSearch
    from allmytracks.catalogue.ports_favourites import Favourites
    from allmytracks.catalogue.ports_imports import Imports
    from allmytracks.catalogue.ports_searches import Searches
    from allmytracks.catalogue.ports_statistics import SearchCounts
    from allmytracks.catalogue.use_cases.clear_searches import ClearSearches
    from allmytracks.catalogue.use_cases.count_uses import CountUses
    from allmytracks.catalogue.use_cases.edit_track import EditTrack
    from allmytracks.catalogue.use_cases.explain_search import ExplainSearch, RequestRebuild
    from allmytracks.catalogue.use_cases.keep_favourites import KeepFavourites
    from allmytracks.catalogue.use_cases.preview_track import PreviewTrack
    from allmytracks.catalogue.use_cases.register_track import RegisterTrack
    from allmytracks.catalogue.use_cases.reindex_search import ReindexSearch
    from allmytracks.catalogue.use_cases.remember_search import RememberSearch
    from allmytracks.catalogue.use_cases.run_import import RunImport
    from allmytracks.catalogue.use_cases.search_tracks import SearchTracks
    from allmytracks.catalogue.use_cases.show_search_statistics import ShowSearchStatistics
    from allmytracks.catalogue.use_cases.show_waveform import ShowWaveform
    from allmytracks.catalogue.use_cases.suggest_searches import SuggestSearches
    from allmytracks.catalogue.use_cases.withdraw_track import WithdrawTrack
    from allmytracks.foundation.links import LinkSigner
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.publishing.wiring import PublishingServices


class CatalogueServices:
    """Tracks: search, preview, import."""

    def __init__(
        self, foundation: FoundationServices, publishing: PublishingServices, accounts: AccountServices
    ) -> None:
        self._foundation = foundation
        self._publishing = publishing
        self._accounts = accounts

    @cached_property
    def tracks(self) -> Tracks:
        from allmytracks.catalogue.cached_tracks import CachedTracks
        from allmytracks.catalogue.dynamodb import DynamoTracks

        return CachedTracks(DynamoTracks(self._foundation.catalog_table), self._foundation.clock)

    @cached_property
    def search(self) -> TrackSearch:
        if self._domain is not None:
            from allmytracks.catalogue.opensearch_search import OpenSearchTrackSearch

            return OpenSearchTrackSearch(self._domain)
        from allmytracks.catalogue.s3_search import S3TrackSearch

        return S3TrackSearch(self._foundation.settings.documents_bucket, self._foundation.clock)

    @cached_property
    def find(self) -> SearchTracks:
        from allmytracks.catalogue.use_cases.search_tracks import SearchTracks

        return SearchTracks(self.search, self._publishing.publications, self._foundation.clock)

    @cached_property
    def search_index(self) -> SearchIndex:
        if self._domain is not None:
            from allmytracks.catalogue.opensearch_index import OpenSearchIndex

            return OpenSearchIndex(self._domain)
        from allmytracks.catalogue.s3_search import S3SearchIndex

        foundation = self._foundation
        return S3SearchIndex(foundation.settings.documents_bucket, foundation.clock, foundation.ids)

    @cached_property
    def reindex(self) -> ReindexSearch:
        from allmytracks.catalogue.opensearch_index import OpenSearchIndex
        from allmytracks.catalogue.use_cases.reindex_search import ReindexSearch

        index = None if self._domain is None else OpenSearchIndex(self._domain)
        return ReindexSearch(index, self.tracks, self._foundation.audit)

    @cached_property
    def _domain(self) -> OpenSearchCalls | None:
        endpoint = self._foundation.settings.search_domain
        if endpoint is None:
            return None
        from allmytracks.catalogue.opensearch_calls import OpenSearchCalls
        from allmytracks.foundation.aws.environment import aws_environment

        return OpenSearchCalls(endpoint, aws_environment())

    @cached_property
    def suggest(self) -> SuggestSearches:
        from allmytracks.catalogue.use_cases.suggest_searches import SuggestSearches

        return SuggestSearches(self.search)

    @cached_property
    def favourites(self) -> Favourites:
        from allmytracks.catalogue.dynamodb_favourites import DynamoFavourites

        return DynamoFavourites(self._foundation.accounts_table)

    @cached_property
    def keep_favourites(self) -> KeepFavourites:
        from allmytracks.catalogue.use_cases.keep_favourites import KeepFavourites

        return KeepFavourites(self._accounts.repository, self.favourites, self.tracks, self._foundation.clock)

    @cached_property
    def count_uses(self) -> CountUses:
        from allmytracks.catalogue.dynamodb_uses import DynamoUses
        from allmytracks.catalogue.use_cases.count_uses import CountUses

        return CountUses(DynamoUses(self._foundation.catalog_table), self._foundation.clock)

    @cached_property
    def explain_search(self) -> ExplainSearch:
        from allmytracks.catalogue.use_cases.explain_search import ExplainSearch

        return ExplainSearch(self.search)

    @cached_property
    def request_rebuild(self) -> RequestRebuild:
        from allmytracks.catalogue.use_cases.explain_search import RequestRebuild

        return RequestRebuild(self.tracks, self._foundation.audit, self._foundation.clock)

    @cached_property
    def searches(self) -> Searches:
        from allmytracks.catalogue.dynamodb_searches import DynamoSearches

        return DynamoSearches(self._foundation.accounts_table)

    @cached_property
    def clear_searches(self) -> ClearSearches:
        from allmytracks.catalogue.use_cases.clear_searches import ClearSearches

        return ClearSearches(self._accounts.repository, self.searches)

    @cached_property
    def search_counts(self) -> SearchCounts:
        from allmytracks.catalogue.dynamodb_statistics import DynamoSearchCounts

        return DynamoSearchCounts(self._foundation.catalog_table)

    @cached_property
    def search_statistics(self) -> ShowSearchStatistics:
        from allmytracks.catalogue.use_cases.show_search_statistics import ShowSearchStatistics

        return ShowSearchStatistics(self.search_counts, self._foundation.clock)

    @cached_property
    def remember_search(self) -> RememberSearch:
        from allmytracks.catalogue.use_cases.remember_search import RememberSearch

        return RememberSearch(
            self.searches,
            self._accounts.member_tokens,
            self._accounts.keep_consents,
            self.search_counts,
            self._foundation.clock,
        )

    @cached_property
    def preview(self) -> PreviewTrack:
        from allmytracks.catalogue.use_cases.preview_track import PreviewTrack

        return PreviewTrack(self.tracks, self.links, self._foundation.clock)

    @cached_property
    def waveform(self) -> ShowWaveform:
        from allmytracks.catalogue.use_cases.show_waveform import ShowWaveform

        return ShowWaveform(self.tracks, self.masters)

    @cached_property
    def links(self) -> LinkSigner:
        from allmytracks.foundation.aws.environment import aws_environment
        from allmytracks.foundation.s3_links import S3LinkSigner

        settings = self._foundation.settings
        if settings.edge_links is not None:
            return self._links_of_the_edge(*settings.edge_links)
        return S3LinkSigner(settings.masters_bucket, settings.link_seconds, aws_environment())

    def _links_of_the_edge(self, root: str, secret_id: str) -> LinkSigner:
        from allmytracks.foundation.aws.client import SECRETS_MANAGER, aws_client
        from allmytracks.foundation.aws.secrets import CachedSecret
        from allmytracks.foundation.cloudfront_links import CloudFrontKey, CloudFrontLinkSigner

        key = CachedSecret(aws_client(SECRETS_MANAGER), secret_id, self._foundation.clock, CloudFrontKey)
        return CloudFrontLinkSigner(root, self._foundation.settings.link_seconds, key)

    @cached_property
    def masters(self) -> Masters:
        from allmytracks.catalogue.s3 import S3Masters

        return S3Masters(self._foundation.settings.masters_bucket)

    @cached_property
    def imports(self) -> Imports:
        from allmytracks.catalogue.dynamodb_imports import DynamoImports

        return DynamoImports(self._foundation.accounts_table)

    @cached_property
    def run_import(self) -> RunImport:
        from allmytracks.catalogue.use_cases.run_import import RunImport

        return RunImport(self.imports, self.tracks, self._foundation.audit, self._foundation.clock)

    @cached_property
    def register(self) -> RegisterTrack:
        from allmytracks.catalogue.use_cases.register_track import RegisterTrack

        return RegisterTrack(self.tracks, self.masters, self.imports, self._foundation.audit, self._foundation.clock)

    @cached_property
    def edit(self) -> EditTrack:
        from allmytracks.catalogue.use_cases.edit_track import EditTrack

        return EditTrack(self.tracks, self._foundation.audit)

    @cached_property
    def withdraw(self) -> WithdrawTrack:
        from allmytracks.catalogue.use_cases.withdraw_track import WithdrawTrack

        return WithdrawTrack(self.tracks, self._foundation.audit, self._foundation.clock)
