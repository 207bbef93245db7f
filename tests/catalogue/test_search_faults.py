"""A call of a writer of the search index that fails, before and after it took effect, leaves an index that is whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from allmytracks.catalogue.rules import Track
from allmytracks.catalogue.rules_search import FORM, TrackQuery
from allmytracks.catalogue.s3_search import CHECK_EVERY, S3SearchIndex, S3TrackSearch
from allmytracks.catalogue.s3_segments import FOLDER, MANIFEST, Lost, Manifest, SegmentStore
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.system_time_and_ids import RandomIds
from tests.factories.catalogue import NOW, track
from tests.fakes.catalogue import MemoryTracks
from tests.fakes.foundation import FixedClock

BUCKET = "documents-of-this-test"


@pytest.fixture
def bucket() -> Iterator[str]:
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-east-1"})
        yield BUCKET


class Failing(SegmentStore):
    """Puts the manifest in place, or not, and then answers with an error."""

    def __init__(self, bucket: str, error: type[Exception], *, takes_effect: bool) -> None:
        super().__init__(bucket)
        self._error = error
        self._takes_effect = takes_effect
        self.failures = 1

    def replace(self, manifest: Manifest, etag: str | None) -> str:
        if not self.failures:
            return super().replace(manifest, etag)
        self.failures -= 1
        if self._takes_effect:
            super().replace(manifest, etag)
        raise self._error


def titles(bucket: str, folder: Path) -> set[str]:
    folder.mkdir()
    return {each.title for each in S3TrackSearch(bucket, FixedClock(NOW), folder).find(TrackQuery()).items}


@pytest.mark.parametrize("rebuilds", [True, False], ids=["rebuild", "update"])
@pytest.mark.parametrize(
    ("error", "takes_effect"),
    [(Lost, True), (Unavailable, True), (Unavailable, False)],
    ids=["its own retry finds the manifest replaced", "answer lost", "never arrived"],
)
def test_a_manifest_whose_answer_is_lost_names_packs_that_are_there(
    bucket: str, tmp_path: Path, error: type[Exception], *, takes_effect: bool, rebuilds: bool
) -> None:
    """Of many commits in a row, as some merge segments, and their pack then has tracks that they did not change."""
    tracks = MemoryTracks({each.id: each for each in _some()})
    (tmp_path / "writer").mkdir()
    index = S3SearchIndex(bucket, FixedClock(NOW), RandomIds(), tmp_path / "writer")
    index.rebuild(tracks)
    for number in range(3 if rebuilds else 15):
        added = track(f"nine-{number}", title=f"Nine Bells {number}")
        tracks.stored[added.id] = added
        index._store = store = Failing(bucket, error, takes_effect=takes_effect)
        for _ in range(2):  # a failed record of a stream is delivered again
            try:
                index.rebuild(tracks) if rebuilds else index.update(tracks, [added.id])
            except Unavailable:
                continue
        assert store.failures == 0
        assert titles(bucket, tmp_path / f"reader-{number}") == {each.title for each in tracks.stored.values()}


def test_a_commit_without_a_new_file_that_another_overtook_is_made_again(bucket: str, tmp_path: Path) -> None:
    """A track that is withdrawn while another writer, who read it before, writes it."""
    kept = MemoryTracks({each.id: each for each in _some()})
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    S3SearchIndex(bucket, FixedClock(NOW), RandomIds(), tmp_path / "first").rebuild(kept)
    added = track("nine", title="Nine Bells")
    with_it = MemoryTracks({**kept.stored, added.id: added})
    other = S3SearchIndex(bucket, FixedClock(NOW), RandomIds(), tmp_path / "second")
    index = S3SearchIndex(bucket, FixedClock(NOW), RandomIds(), tmp_path / "first")
    index._store = Overtaken(bucket, lambda: other.update(with_it, [added.id]))
    index.update(kept, [added.id])
    assert titles(bucket, tmp_path / "reader") == {each.title for each in kept.stored.values()}


def test_a_copy_keeps_serving_when_a_pack_of_a_newer_index_is_gone(bucket: str, tmp_path: Path) -> None:
    tracks = MemoryTracks({each.id: each for each in _some()})
    clock = FixedClock(NOW)
    reader = S3TrackSearch(bucket, clock, tmp_path)
    index = S3SearchIndex(bucket, clock, RandomIds())
    index.rebuild(tracks)
    assert len(reader.find(TrackQuery()).items) == 3
    index.update(tracks, sorted(tracks.stored))
    s3 = boto3.client("s3")
    for each in s3.list_objects_v2(Bucket=bucket)["Contents"]:
        if each["Key"] != MANIFEST:
            s3.delete_object(Bucket=bucket, Key=each["Key"])
    clock.advance(seconds=CHECK_EVERY.total_seconds())
    assert len(reader.find(TrackQuery()).items) == 3


def test_orphaned_packs_are_swept_once_a_day_and_what_is_named_or_young_stays(bucket: str, tmp_path: Path) -> None:
    s3, tracks = boto3.client("s3"), MemoryTracks({each.id: each for each in _some()})

    def keys() -> set[str]:
        return {each["Key"] for each in s3.list_objects_v2(Bucket=bucket)["Contents"]}

    s3.put_object(Bucket=bucket, Key=f"{FOLDER}/pck_orphan", Body=b"")
    s3.put_object(Bucket=bucket, Key="search/1/manifest.json", Body=b"")
    s3.put_object(Bucket=bucket, Key=f"search/{FORM + 1}/pck_newer", Body=b"")
    clock = FixedClock(s3.head_object(Bucket=bucket, Key=f"{FOLDER}/pck_orphan")["LastModified"])
    (tmp_path / "writer").mkdir()
    index = S3SearchIndex(bucket, clock, RandomIds(), tmp_path / "writer")
    index.update(tracks, sorted(tracks.stored))
    before = keys()
    assert f"{FOLDER}/pck_orphan" in before  # a writer may be about to name it
    clock.advance(hours=23)
    index.update(tracks, ["trk_1"])
    assert before <= keys()
    clock.advance(hours=25)
    index.update(tracks, ["trk_2"])
    assert before - keys() == {f"{FOLDER}/pck_orphan"}
    clock.advance(days=31)
    index.update(tracks, [])
    named = SegmentStore(bucket).manifest()
    assert named is not None
    assert keys() == {MANIFEST, f"search/{FORM + 1}/pck_newer", *named[0].packs}
    assert titles(bucket, tmp_path / "reader") == {each.title for each in tracks.stored.values()}


class Overtaken(SegmentStore):
    """Another writer replaces the manifest before this one's first put arrives."""

    def __init__(self, bucket: str, other: Callable[[], object]) -> None:
        super().__init__(bucket)
        self._others = [other]

    def replace(self, manifest: Manifest, etag: str | None) -> str:
        if self._others:
            self._others.pop()()
        return super().replace(manifest, etag)


def _some() -> list[Track]:
    return [track(f"trk_{number}", title=f"Harbour {number}") for number in range(3)]
