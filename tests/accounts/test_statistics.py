"""Statistics tell of no single member: not by a cell, and not by what is left of a sum."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmytracks.accounts.rules_statistics import SMALLEST_K, Cell, statistics, withheld_cells

pytestmark = pytest.mark.clause("U-V.aggregate")


def members(**counts: int) -> list[Cell]:
    return [(name,) for name, count in counts.items() for _ in range(count)]


def test_a_count_of_fewer_than_k_accounts_is_withheld() -> None:
    found = statistics(members(HK=10, JP=9, SG=8, FR=300), 10)
    assert found.cells == {("FR",): 300, ("HK",): 10, ("JP",): None, ("SG",): None}
    assert found.total == 327


def test_a_single_small_count_takes_the_next_one_with_it() -> None:
    assert statistics(members(HK=40, JP=9, FR=300), 10).cells == {("FR",): 300, ("HK",): None, ("JP",): None}


def test_two_small_counts_that_are_few_together_take_a_third_with_them() -> None:
    found = statistics(members(AA=1, BB=2, HK=40, FR=300), 10)
    assert found.cells == {("AA",): None, ("BB",): None, ("FR",): 300, ("HK",): None}


def test_a_sum_of_another_table_does_not_tell_a_cell() -> None:
    people = [("HK", "individual")] * 50 + [("HK", "enterprise")] * 2 + [("FR", "individual")] * 80
    people += [("FR", "enterprise")] * 60
    assert statistics(people, 10).cells == {
        ("FR", "enterprise"): None,
        ("FR", "individual"): None,
        ("HK", "enterprise"): None,
        ("HK", "individual"): None,
    }


def test_a_total_of_a_few_is_withheld() -> None:
    assert statistics(members(HK=9), 10).total is None
    assert statistics([], 10).total is None


def test_no_table_is_made_for_a_smaller_k() -> None:
    with pytest.raises(ValueError, match="at least"):
        statistics([], SMALLEST_K - 1)


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.sampled_from("01")), st.integers(1, 40), min_size=1
    ),
    st.integers(SMALLEST_K, 15),
)
def test_what_is_left_of_any_sum_is_of_k_accounts_in_two_cells(counts: dict[Cell, int], k: int) -> None:
    withheld = withheld_cells(counts, k)
    assert {cell for cell, count in counts.items() if count < k} <= withheld
    for kept in (each for size in range(3) for each in combinations(range(3), size)):
        groups: dict[Cell, list[Cell]] = defaultdict(list)
        for cell in counts:
            groups[tuple(cell[each] for each in kept)].append(cell)
        for group in groups.values():
            hidden = [cell for cell in group if cell in withheld]
            left = sum(counts[cell] for cell in hidden)
            assert not hidden or len(hidden) == len(group) or (len(hidden) > 1 and left >= k)
