"""The history of downloads: filters whose pages stay full, cursors that stay where they are, and CSV."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from allmytracks.downloads.csv import COLUMNS, csv_answer, wants_csv
from allmytracks.downloads.ports import Downloads
from allmytracks.downloads.rules import Download, Grant, Project, Use
from allmytracks.downloads.rules_histories import Wanted
from allmytracks.downloads.schemas import DownloadsQuery
from allmytracks.downloads.use_cases.list_downloads import MOST_READ, ListDownloads
from allmytracks.downloads.use_cases.list_projects import ListProjects
from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.paging import Page, make_cursor
from allmytracks.memberships.rules_rights import ProjectKind
from tests.factories.downloads import a_grant
from tests.factories.instants import NOW
from tests.fakes.downloads import AccountRecord, MemoryDownloads


def use(project: str) -> Use:
    return Use(Project(project, ProjectKind.PERSONAL), "social_media", "YouTube")


class World:
    """An account whose history a test writes: grants one minute after another."""

    def __init__(self) -> None:
        self.downloads = MemoryDownloads()
        self.kept = self.downloads.records.setdefault("acc-1", AccountRecord())
        self.list = ListDownloads(self.downloads)

    def add(self, name: str, project: str | None = None, license_number: str | None = None) -> Grant:
        at = NOW + timedelta(minutes=len(self.kept.grants))
        grant = replace(a_grant(name, at, use=use(project) if project else Use()), download_id=f"dl_{name}", title=name)
        self.kept.grants[grant.download_id] = grant
        if license_number:
            self.kept.licenses[grant.download_id] = license_number
        return grant

    def pages(self, wanted: Wanted, limit: int) -> list[list[str]]:
        pages, cursor = [], None
        while True:
            page = self.list("acc-1", wanted, limit=limit, cursor=cursor)
            pages.append([each.title for each in page.items])
            cursor = page.next_cursor
            if cursor is None:
                return pages


@pytest.fixture
def world() -> World:
    return World()


def test_pages_are_full_although_most_is_left_out(world: World) -> None:
    for number in range(300):
        world.add(f"{number:03}", "Holiday" if number % 50 == 0 else "Other")
    assert world.pages(Wanted("Holiday"), 4) == [["250", "200", "150", "100"], ["050", "000"]]


def test_no_page_is_announced_that_would_be_empty(world: World) -> None:
    for number in range(4):
        world.add(str(number), "Holiday" if number >= 2 else "Other")
    assert world.pages(Wanted("Holiday"), 2) == [["3", "2"]]
    assert world.pages(Wanted(), 2) == [["3", "2"], ["1", "0"]]
    assert world.pages(Wanted("Nothing"), 2) == [[]]


def test_a_projects_name_is_found_whatever_the_case_of_its_letters(world: World) -> None:
    world.add("a", "Große Fahrt")
    world.add("b", "Große Fahrten")
    world.add("c")
    assert world.pages(Wanted(" GROSSE fahrt "), 9) == [["a"]]


def test_with_and_without_a_licence(world: World) -> None:
    world.add("a", "Holiday", "AMT-1")
    world.add("b", "Holiday")
    world.add("c")
    assert world.pages(Wanted(licensed=True), 9) == [["a"]]
    assert world.pages(Wanted(licensed=False), 9) == [["c", "b"]]
    assert world.pages(Wanted("holiday", licensed=False), 9) == [["b"]]


def test_a_cursor_stays_where_it_is_while_downloads_come_in(world: World) -> None:
    for name in "abcd":
        world.add(name, "Holiday")
    cursor = world.list("acc-1", Wanted("Holiday"), limit=2, cursor=None).next_cursor
    for name in "efgh":
        world.add(name, "Holiday")
    for wanted in (Wanted("Holiday"), Wanted()):  # a cursor serves any filter
        assert [each.title for each in world.list("acc-1", wanted, limit=2, cursor=cursor).items] == ["b", "a"]


class _Counting:
    """Downloads that count their reads."""

    def __init__(self, source: Downloads) -> None:
        self.source, self.read = source, 0
        self.get, self.cursor_after = source.get, source.cursor_after

    def page(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Download]:
        page = self.source.page(account_id, limit=limit, cursor=cursor)
        self.read += len(page.items)
        return page


def test_a_request_reads_a_bounded_number_and_the_cursor_continues(world: World) -> None:
    world.add("oldest", "Holiday")
    for number in range(MOST_READ + 10):
        world.add(str(number), "Other")
    counting = _Counting(world.downloads)
    first = ListDownloads(counting)("acc-1", Wanted("Holiday"), limit=5, cursor=None)
    assert (list(first.items), counting.read) == ([], MOST_READ)
    second = ListDownloads(counting)("acc-1", Wanted("Holiday"), limit=5, cursor=first.next_cursor)
    assert [each.title for each in second.items] == ["oldest"]
    assert second.next_cursor is None


@given(
    st.lists(st.tuples(st.sampled_from(["Holiday", "Other", None]), st.booleans()), max_size=40),
    st.builds(Wanted, st.sampled_from(["Holiday", "Other", None]), st.sampled_from([True, False, None])),
    st.integers(1, 7),
)
def test_pages_together_are_the_filtered_history(
    history: list[tuple[str | None, bool]], wanted: Wanted, limit: int
) -> None:
    world = World()
    for number, (its_project, has_license) in enumerate(history):
        world.add(str(number), its_project, "AMT-1" if has_license else None)
    expected = [
        str(number)
        for number, (its_project, has_license) in reversed(list(enumerate(history)))
        if wanted.project in {None, its_project} and wanted.licensed in {None, has_license}
    ]
    pages = world.pages(wanted, limit)
    assert [title for page in pages for title in page] == expected
    assert all(len(page) == limit for page in pages[:-1])
    assert pages[-1] or pages == [[]]


def projects(world: World, limit: int = 50) -> list[list[tuple[str, int, int]]]:
    listed, pages, cursor = ListProjects(world.downloads), [], None
    while True:
        page = listed("acc-1", limit=limit, cursor=cursor)
        pages.append([(each.project.name, each.downloads, each.licensed) for each in page.items])
        cursor = page.next_cursor
        if cursor is None:
            return pages


def test_projects_are_listed_by_their_newest_download_with_counts(world: World) -> None:
    world.add("a", "große Fahrt", "AMT-1")
    world.add("b", "Other")
    world.add("c")
    world.add("d", "GROSSE Fahrt")
    assert projects(world) == [[("GROSSE Fahrt", 2, 1), ("Other", 1, 0)]]
    first = ListProjects(world.downloads)("acc-1", limit=1, cursor=None).items[0]
    assert (first.first_granted_at, first.last_granted_at) == (NOW, NOW + timedelta(minutes=3))
    assert projects(world, 1) == [[("GROSSE Fahrt", 2, 1)], [("Other", 1, 0)]]
    assert projects(World()) == [[]]


def test_a_project_is_on_one_page_while_downloads_come_in(world: World) -> None:
    for name in "abc":
        world.add(name, f"Project {name}")
    listed = ListProjects(world.downloads)
    cursor = listed("acc-1", limit=1, cursor=None).next_cursor
    world.add("d", "Project c")
    world.add("e", "Newest")
    assert [each.project.name for each in listed("acc-1", limit=9, cursor=cursor).items] == ["Project b", "Project a"]
    for wrong in ("x", make_cursor("a"), make_cursor("x", "y")):
        with pytest.raises(InvalidFields):
            listed("acc-1", limit=1, cursor=wrong)


def test_projects_of_a_longer_history_follow_in_parts(world: World) -> None:
    world.add("oldest", "Old")
    world.add("old", "Both")
    for number in range(MOST_READ - 1):
        world.add(str(number))
    world.add("new", "Both")
    assert projects(world) == [[("Both", 1, 0)], [("Both", 1, 0), ("Old", 1, 0)]]


def table(answer: Answer) -> list[dict[str, str]]:
    assert isinstance(answer.body, str)
    raw = answer.body.encode()
    assert raw.startswith(b"\xef\xbb\xbfdownload_id,"), "a spreadsheet needs the byte order mark, once"
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_csv_has_a_header_and_a_row_for_each_download(world: World) -> None:
    world.add('夜曲, "live"', "Holiday", "AMT-1")
    world.add("b")
    world.kept.revoked["dl_b"] = NOW
    answer = csv_answer(world.list("acc-1", Wanted(), limit=9, cursor=None).items, None)
    undeclared, licensed = table(answer)
    assert list(licensed) == list(COLUMNS)
    assert (licensed["title"], licensed["granted_at"]) == ('夜曲, "live"', "2026-11-22T06:00:00.000Z")
    assert licensed["project_name"] == "Holiday"
    assert (licensed["project_kind"], licensed["purpose"], licensed["platform"]) == (
        "personal",
        "social_media",
        "YouTube",
    )
    assert (licensed["license_number"], licensed["revoked_at"]) == ("AMT-1", "")
    assert (undeclared["project_name"], undeclared["license_number"]) == ("", "")
    assert undeclared["revoked_at"] == "2026-11-22T06:00:00.000Z"
    assert answer.content_type.startswith("text/csv; charset=utf-8")
    assert answer.headers == {"Content-Disposition": 'attachment; filename="downloads.csv"'}


@pytest.mark.parametrize(
    "cell", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\uff1d1", "\uff201"]
)
def test_no_cell_is_a_formula(world: World, cell: str) -> None:
    world.add(cell, cell)
    (row,) = table(csv_answer(world.list("acc-1", Wanted(), limit=9, cursor=None).items, None))
    assert row["title"] == row["project_name"] == f"'{cell}"


@given(st.text(max_size=20))
def test_csv_gives_back_every_text(text: str) -> None:
    world = World()
    world.add(text)
    (row,) = table(csv_answer(world.list("acc-1", Wanted(), limit=9, cursor=None).items, None))
    assert row["title"] in {text, f"'{text}"}


def test_csv_names_the_rest(world: World) -> None:
    for name in "abc":
        world.add(name, "A & B")
    query = DownloadsQuery(limit=2, project="A & B", licensed="no", format="csv", cursor="next+1")
    link = csv_answer(world.list("acc-1", Wanted(), limit=2, cursor=None).items, query).headers["Link"]
    target, _, relation = link.partition("; ")
    assert relation == 'rel="next"'
    assert target[0] + target[-1] == "<>"
    asked = {name: values[0] for name, values in parse_qs(urlsplit(target[1:-1]).query).items()}
    assert asked == {"limit": "2", "project": "A & B", "licensed": "no", "format": "csv", "cursor": "next+1"}


@pytest.mark.parametrize(
    ("form", "accept", "expected"),
    [
        ("csv", "application/json", True),
        ("json", "text/csv", False),
        (None, "text/csv", True),
        (None, "TEXT/CSV; header=present, application/json;q=0.5", True),
        (None, "application/json, text/csv", False),
        (None, "*/*", False),
        (None, None, False),
    ],
)
def test_csv_is_for_those_who_ask_for_it(form: str | None, accept: str | None, expected: bool) -> None:  # noqa: FBT001 - a table's column
    assert wants_csv(form, accept) is expected


def query(**values: str) -> DownloadsQuery:
    return Request({"queryStringParameters": values}).query(DownloadsQuery)


def test_the_query_is_read_as_it_was_sent() -> None:
    assert query() == DownloadsQuery()
    assert query(limit="7", project="null", licensed="no").wanted() == Wanted("null", licensed=False)
    assert query(licensed="yes").wanted() == Wanted(licensed=True)


@pytest.mark.parametrize(
    "values", [{"limit": "0"}, {"limit": "101"}, {"licensed": "maybe"}, {"format": "xml"}, {"project": ""}]
)
def test_a_query_that_cannot_be_is_named(values: dict[str, str]) -> None:
    with pytest.raises(InvalidFields) as refused:
        query(**values)
    assert [problem.field for problem in refused.value.problems] == list(values)
