"""Two spellings of one person, and two persons (M-III.8.apply): the bounds that rules_spelling.py writes down."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmytracks.accounts.rules_spelling import same_person

pytestmark = pytest.mark.clause("M-III.8.apply")


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("Ada Lovelase", "Ada Lovelace"),  # another letter
        ("Jon Smith", "John Smith"),  # one more
        ("Acme Flims Ltd", "Acme Films Ltd"),  # two in each other's place
        ("ADA  lovelace", "Ada Lovelace"),  # case and spaces
        ("Lovelace, Ada", "Ada Lovelace"),  # order
        ("Zoë Kravitz", "Zoe\u0308 Kravitz"),  # one text in two forms
        ("Łukasz Żal", "Lukasz Zal"),  # diacritics
        ("Müller", "Mueller"),
        ("Jürgen Groß", "Juergen Gross"),
        ("Иванов Иван", "Ivan Ivanov"),  # scripts
        ("Σωκράτης Παπαδόπουλος", "Sokratis Papadopoulos"),
        ("李明", "Li Ming"),
        ("王小明", "Xiaoming Wang"),
        ("김민수", "Kim Minsu"),
        ("たなか ゆうき", "Tanaka Yuki"),
        ("Van Gogh", "Vangogh"),  # words
        ("O'Brien Pat", "Pat O’Brien"),
        ("Chan Tai Man", "Chan Tai-Man"),
    ],
)
def test_one_person_in_two_spellings(was: str, now: str) -> None:
    assert same_person(was, now)
    assert same_person(now, was)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("Ada Lovelace", "Mallory"),
        ("Ada Lovelace", "Ada King"),
        ("Ada Lovelace", "Bob Lovelace"),
        ("Ben Lovelace", "Dan Lovelace"),  # two letters, in a word of three
        ("Ann Lee", "Ian Lee"),
        ("Li Wei", "Lu Wei"),
        ("Ada", "Ida"),  # one letter, in a name of three
        ("Acme Films Ltd", "Nord Films Ltd"),
        ("Studio 54", "Studio 55"),
        ("Acme Films", "Acme Films Ltd"),  # another company may bear it
        ("Ada Lovelace", "Ada Lovelace Smith"),
        ("李明", "李宁"),
        ("李明", "Li Ning"),
        ("王伟", "王薇"),  # both Wang Wei
        ("鈴木", "Suzuki"),  # no pinyin: somebody has to look
        ("\ue000", "Ada"),
        ("...", "!!!"),
    ],
)
def test_two_persons(was: str, now: str) -> None:
    assert not same_person(was, now)
    assert not same_person(now, was)


@pytest.mark.parametrize(
    ("was", "now", "one"),
    [
        ("Ada Lovelace", "Ada King Lovelace", True),
        ("Acme Films", "Acme Films Ltd", True),
        ("Ada", "Ada Lovelace", False),  # anybody's
        ("Nord", "Nord Music Hong Kong Limited", False),
        ("Acme Films", "Acme Films Nord Music Hong Kong", False),  # more is new than old
        ("Ada Lovelace", "Bob King Lovelace", False),
        ("Ada King Lovelace", "Ada Lovelace", False),  # nothing is taken away
    ],
)
def test_an_incomplete_name_made_complete(was: str, now: str, *, one: bool) -> None:
    assert same_person(was, now, incomplete=True) is one
    assert not same_person(was, now)


@given(st.lists(st.text("abcdeABCDE", min_size=3, max_size=12), min_size=1, max_size=4), st.data())
def test_another_word_is_another_name(words: list[str], data: st.DataObject) -> None:
    changed = data.draw(st.integers(0, len(words) - 1))
    other = ["q" * len(word) if n == changed else word for n, word in enumerate(words)]
    assert same_person(" ".join(words), " ".join(reversed(words))) or len(words) > 2
    assert not same_person(" ".join(words), " ".join(other))


@given(st.text(max_size=120), st.text(max_size=120))
def test_any_text_can_be_measured(was: str, now: str) -> None:
    assert same_person(was, now) is same_person(was, now)
