"""The letter on paper, read back by other libraries: one page, every term, names in every script that it promises."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from functools import cache
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
import typst
from msgspec.structs import replace
from pypdf import PdfReader

from allmytracks.accounts.rules_end_users import DesignatedUser, Licensee, LicenseeKind
from allmytracks.documents.fonts import (
    HONG_KONG,
    JAPANESE,
    KOREAN,
    SIMPLIFIED,
    Face,
    written,
)
from allmytracks.documents.rules import UnprintableText
from allmytracks.downloads.rules import Project
from allmytracks.licenses.letters import words
from allmytracks.licenses.letters.languages import WORDINGS
from allmytracks.licenses.letters.pdf import PdfLetterPrinter
from allmytracks.licenses.letters.wordings import Wording
from allmytracks.licenses.letters.words_english import ENGLISH
from allmytracks.licenses.rules import WORDING, Language, License, Work
from allmytracks.licenses.rules_terms import PROHIBITIONS
from allmytracks.memberships.rules_plans import Conditions
from allmytracks.memberships.rules_purpose_words import PURPOSE_WORDS
from allmytracks.memberships.rules_rights import ProjectKind, Right
from tests.factories.licenses import (
    ACME,
    ADA,
    LICENSOR,
    NUMBER,
    STUDIO,
    license_of,
    stated_in_full,
)
from tests.factories.printed_letters import LINKS, SIGNATURE, squeezed, text_of

OLD = license_of(NUMBER, "dl_abc")
PLAIN = stated_in_full(OLD)
LANGUAGES = list(Language)


@cache
def printer() -> PdfLetterPrinter:
    return PdfLetterPrinter()


def printed(license_: License) -> bytes:
    return printer().print(license_, SIGNATURE, LINKS)


def named(name: str) -> License:
    return replace(PLAIN, licensee=Licensee(name, LicenseeKind.INDIVIDUAL))


def stated_in(of: License, wording: Wording) -> list[str]:
    terms, codes = of.terms, wording.codes
    purpose, group, examples = wording.purposes[of.purpose]
    return [
        of.number,
        wording.title,
        words.issued(of, wording),
        of.licensor.name,
        wording.registration.format(of.licensor.registration),
        of.licensee.name,
        wording.kinds[of.licensee.kind],
        "1 Harbour Road, Hong Kong",
        wording.tax.format("HK-123"),
        wording.only_licensee,
        of.work.title,
        of.work.artist,
        "trk-1, wav, 3:25",
        "M. Rivera, J. Lo",
        "ISRC HKA012600042",
        wording.no_society,
        "1 Harbour Road, Wan Chai",
        wording.contact.format("rights@allmytracks.example"),
        "https://www.youtube.com/@ada",
        wording.price_list.format(list="v1", terms="premium@v1"),
        wording.conditions["monetisation"][1],
        wording.conditions["editing"][0],
        wording.conditions["attribution"][1],
        wording.agreement.format(title="Premium Member Service Agreement", version="2026-11-01"),
        "https://api.example.org/v1/agreements/premium-agreement?version=2026-11-01",
        *(codes[each] for each in ("outlasts_membership", "may_be_named", "content_id", "hong_kong", "en")),
        "ab" * 32,
        "Holiday film",
        wording.project_kinds[of.project.kind],
        "YouTube",
        of.plan_name,
        wording.row.format(purpose=purpose, group=group, right=wording.rights[terms.right]),
        examples,
        *(codes[each] for each in (terms.catalogue, terms.audience, terms.period, terms.territory, terms.scope)),
        *(codes[each] for each in terms.prohibitions),
        codes[terms.publicity],
        wording.order.format("ord-1"),
        wording.download.format("dl_abc"),
        wording.check,
        LINKS.verification,
        LINKS.keys,
        *words.signed(of, SIGNATURE.key_id, LINKS.keys, wording),
        *(label for key, label in wording.labels.items() if key != "designated_user"),
    ]


@pytest.mark.clause(
    "M-A.terms",
    "M-III.7",
    "M-III.7.rights",
    "M-VII.2",
    "M-VII.2.name",
    "M-A.newest",
    "U-II.IV.9",
    "U-II.IV.10",
    "M-III.8.apply",
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_states_everything_in_each_language(language: Language) -> None:
    of = replace(PLAIN, language=language)
    text = text_of(printed(of))
    missing = [each for each in stated_in(of, WORDINGS[language]) if squeezed(each) not in text]
    assert missing == []


@pytest.mark.clause("U-III.II.6")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_designated_user_and_the_joint_liability_are_printed(language: Language) -> None:
    wording = WORDINGS[language]
    both = replace(stated_in_full(license_of(NUMBER, "dl_abc", ACME, STUDIO)), language=language)
    text = text_of(printed(both))
    for stated in (
        STUDIO.name,
        "Hafenstraße 1, Hamburg",
        wording.joint_liability,
        wording.labels["designated_user"],
        wording.codes["delegation_by_designated_user"],
    ):
        assert squeezed(stated) in text
    assert squeezed(wording.codes["delegation"]) not in text, "no end user is named by that word in such a letter"
    assert squeezed(wording.joint_liability) not in text_of(printed(replace(PLAIN, language=language)))


@pytest.mark.clause("M-III.8.apply")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_superseding_letter_names_the_one_that_it_supersedes(language: Language) -> None:
    old = "AMT-ZEVGWD-BB1JYA-JZ7KH6-S7WWHF"
    stated = squeezed(WORDINGS[language].supersedes.format(old))
    assert stated in text_of(printed(replace(PLAIN, language=language, supersedes=old)))
    assert squeezed(WORDINGS[language].supersedes.format("")) not in text_of(printed(replace(PLAIN, language=language)))


@pytest.mark.parametrize("wording", WORDINGS.values(), ids=list(WORDINGS))
def test_every_language_has_words_for_every_code(wording: Wording) -> None:
    assert (set(wording.purposes), set(wording.rights)) == (set(PURPOSE_WORDS), set(Right))
    assert (set(wording.kinds), set(wording.project_kinds)) == (set(LicenseeKind), set(ProjectKind))
    terms = PLAIN.terms
    codes: set[str | None] = {
        terms.catalogue,
        terms.audience,
        terms.period,
        terms.territory,
        terms.scope,
        terms.publicity,
    }
    codes |= {terms.after_membership, terms.claims, terms.governing_law, terms.prevailing_language}
    codes |= {"may_be_named", "not_to_be_named", "delegation_by_designated_user"}
    assert set(wording.codes) == codes | set(PROHIBITIONS)
    assert set(wording.conditions) == set(Conditions.__struct_fields__)
    assert set(wording.labels) == set(ENGLISH.labels)
    for each in fields(wording):
        if each.name not in {"page", "region"}:
            assert getattr(wording, each.name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_says_what_it_is_and_carries_the_signed_text(language: Language) -> None:
    of = replace(PLAIN, language=language, issued_at=PLAIN.issued_at.replace(microsecond=746999))
    document = PdfReader(BytesIO(printed(of)))
    assert [round(float(side)) for side in document.pages[0].mediabox[2:]] == [595, 842]
    assert document.metadata is not None
    assert document.metadata.title == f"{WORDINGS[language].title} {NUMBER}"
    assert document.metadata.author == LICENSOR.name
    assert document.metadata.creation_date == PLAIN.issued_at
    spoken = {Language.ENGLISH: "en", Language.TRADITIONAL_CHINESE: "zh-HK", Language.SIMPLIFIED_CHINESE: "zh-CN"}
    assert str(document.root_object["/Lang"]) == spoken[language]
    assert document.attachments == {"license.jws": [SIGNATURE.jws.encode()]}


def test_the_file_is_archivable_and_accessible() -> None:
    document = PdfReader(BytesIO(printed(PLAIN)))
    root: Any = document.root_object
    metadata = root["/Metadata"].get_data().decode()
    for stated in ("pdfaid:part>3<", "pdfaid:conformance>A<", "pdfuaid:part>1<"):
        assert stated in metadata
    assert root["/OutputIntents"][0].get_object()["/S"] == "/GTS_PDFA1"
    assert root["/OutputIntents"][0].get_object()["/DestOutputProfile"].get_object().get_data()[36:40] == b"acsp"
    assert root["/AF"][0].get_object()["/AFRelationship"] == "/Data"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/StructTreeRoot"]
    for font in document.pages[0]["/Resources"]["/Font"].values():  # type: ignore[index]
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


NAMES = [
    "Łukasz Żółć-Đặng",
    "Σωκράτης Παπαδόπουλος",
    "Иван Їжакевич",
    "陳大文有限公司",
    "黄河音乐有限公司",
    "株式会社東京楽器",
    "さくらスタジオ",
    "한국음악주식회사",
    "شركة الموسيقى العربية",
    "חברת המוזיקה בעם",
    "บริษัท ดนตรีไทย จำกัด น้ำตก",
    "می\u200cخواهم",
    "Ada ♫ 😀",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_are_printed_in_every_script_and_can_be_copied(name: str) -> None:
    assert squeezed(name) in text_of(printed(named(name)))


@pytest.mark.parametrize(
    ("name", "face"),
    [
        ("陳大文有限公司", HONG_KONG),
        ("黄河音乐有限公司", SIMPLIFIED),
        ("株式会社東京楽器", JAPANESE),
        ("さくらスタジオ", JAPANESE),
        ("한국음악주식회사", KOREAN),
    ],
)
def test_shared_characters_have_the_shapes_of_their_region(name: str, face: Face) -> None:
    assert written(name).font[1] == face.family


Box = tuple[float, float, float, float]


def boxes(document: bytes, characters: str) -> list[Box]:
    """Left, bottom, right and top of where each of these characters is first printed below the licensor."""
    with pypdfium2.PdfDocument(document) as opened:
        page = opened[0].get_textpage()
        text = [page.get_text_range(place, 1) for place in range(page.count_chars())]
        start = "".join(text).index("Licensee")
        return [page.get_charbox(text.index(each, start)) for each in characters]


@pytest.mark.parametrize("name", ["אבגד 67", "دار 67"])
def test_hebrew_and_arabic_run_leftwards_and_digits_in_them_do_not(name: str) -> None:
    first, second, six, seven = boxes(printed(named(name)), name[:2] + "67")
    assert six[0] < seven[0] < second[0] < first[0]


def test_a_right_to_left_name_is_beside_its_label() -> None:
    (letter,) = boxes(printed(named("\u05d0")), "\u05d0")
    assert letter[0] < 160


def test_arabic_letters_join() -> None:
    ((_, alone, _, _),) = boxes(printed(named("س")), "س")
    ((_, joined, _, _),) = boxes(printed(named("سلام")), "س")
    # Alone it ends in a bowl below the line, which it has not where another letter follows.
    assert alone < joined - 2


def test_thai_marks_take_no_room_of_their_own() -> None:
    (with_mark,) = boxes(printed(named("ปีก")), "ก")
    (without,) = boxes(printed(named("ปก")), "ก")
    assert with_mark == pytest.approx(without, abs=0.01)


def test_the_longest_particulars_fit_on_the_page() -> None:
    longest = replace(
        license_of(
            NUMBER,
            "dl_abc",
            Licensee("株" * 120, LicenseeKind.ENTERPRISE, "長" * 200, "9" * 40),
            DesignatedUser("W" * 120, "שדרות " * 33),
        ),
        project=Project("プロジェクト" * 33, ProjectKind.ENTERPRISE),
        platform="https://example.org/" + "w" * 180,
        work=Work("trk-1", "T" * 200, "บริษัทดนตรีไทย" * 14, "wav", "ab" * 32),
    )
    document = printed(longest)
    text = text_of(document).replace("\u200b", "")
    for whole in ("株" * 120, "長" * 200, "W" * 120, "プロジェクト" * 33, "T" * 200, "w" * 180, "ab" * 32):
        assert whole in text
    for stated in (LINKS.verification, "Order ord-1", LINKS.keys):
        assert squeezed(stated) in text
    with pypdfium2.PdfDocument(document) as opened:
        page = opened[0].get_textpage()
        right = max(page.get_charbox(place)[2] for place in range(page.count_chars()))
    assert right < 560


def test_the_foot_covers_nothing() -> None:
    long = replace(
        named("株" * 120), platform="Plattform " * 20, work=Work("trk-1", "T" * 200, "C" * 200, "wav", "ab" * 32)
    )
    for of in (PLAIN, long):
        with pypdfium2.PdfDocument(printed(of)) as opened:
            page = opened[0].get_textpage()
            text = page.get_text_range()
            last, foot = text.index("dl_abc"), text.index(ENGLISH.check)
            assert page.get_charbox(last)[1] > page.get_charbox(foot)[3]


@pytest.mark.parametrize("name", ["\ue000", "Ada \U0001f9ff\ufffe", "\U00013000"])
def test_what_no_font_has_is_refused_and_never_a_box(name: str) -> None:
    with pytest.raises(UnprintableText):
        printed(named(name))


def test_the_typesetter_itself_prints_no_box() -> None:
    with pytest.raises(typst.TypstError):
        typst.compile(b"#set text(fallback: false)\n\xee\x80\x80", format="pdf", pdf_standards=["a-3a"])


def test_names_are_text_and_no_markup() -> None:
    for name in ("Tom & <b>Jerry</b> &amp; Söhne", "*Tom* _and_ #strong[Jerry] $x$ \\ @a"):
        assert squeezed(name) in text_of(printed(replace(PLAIN, licensee=replace(ADA, name=name))))


def test_a_letter_from_before_states_no_more_than_it_did() -> None:
    """A correction of its name prints it again: with the terms that its licensee got, and no others."""
    text = text_of(printed(OLD))
    for label in ("agreement", "law", "claims", "conditions", "composer", "recording", "channel"):
        assert squeezed(ENGLISH.labels[label]) not in text
    assert squeezed(ENGLISH.codes["outlasts_membership"]) not in text


# The texts of each version of the words. A change of a text needs another version, as letters keep theirs: set WORDING
# in licenses/rules.py to the day of the change, and put its digest here.
WORDINGS_BY_VERSION = {"2026-11-27": "162be1ce0c7b1861", "2026-11-28": "e51ecce50845338e"}


def test_changed_words_have_another_version() -> None:
    texts = [[getattr(wording, each.name) for each in fields(wording)] for wording in WORDINGS.values()]
    assert hashlib.sha256(repr(texts).encode()).hexdigest()[:16] == WORDINGS_BY_VERSION[WORDING]


def test_labels_are_on_the_base_line_of_their_values() -> None:
    for name in ("Ada Lovelace", "陳大文", "שדרות", "Łukasz Żółć-Đặng"):
        label, value = boxes(printed(named(f"{name} xn")), "Lx")
        assert label[1] == pytest.approx(value[1], abs=0.6), name


@pytest.mark.parametrize("name", ["شركة الموسيقى العربية يجح", "บริษัทดนตรีไทยกุ้งฎีกา", "שדרות"])
def test_no_script_strikes_the_next_line(name: str) -> None:
    """Arabic has bowls and dots far below its line, Thai vowels."""
    with pypdfium2.PdfDocument(printed(named(name))) as opened:
        page = opened[0].get_textpage()
        text = page.get_text_range()
        places = [place for place, each in enumerate(text) if "\u0590" <= each <= "\ufeff"]
        lowest = min(page.get_charbox(place)[1] for place in places)
        next_line = page.get_charbox(text.index("An individual"))[3]
    assert lowest >= next_line


def test_the_code_is_right_below_the_terms() -> None:
    for of in (OLD, PLAIN):
        with pypdfium2.PdfDocument(printed(of)) as opened:
            page = opened[0].get_textpage()
            text = page.get_text_range()
            last, foot = text.index("dl_abc"), text.index(ENGLISH.check)
            assert page.get_charbox(last)[1] - page.get_charbox(foot)[3] < 60


def test_the_key_and_the_addresses_are_unbroken() -> None:
    key = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"  # a thumbprint (RFC 7638), as ours are
    document = printer().print(PLAIN, replace(SIGNATURE, key_id=key), LINKS)
    with pypdfium2.PdfDocument(document) as opened:
        text = opened[0].get_textpage().get_text_range().splitlines()
    for whole in (key, LINKS.keys, LINKS.verification):
        assert any(whole in line for line in text)


def test_the_code_leads_to_the_page_for_people() -> None:
    assert LINKS.verification == f"https://api.example.org/verify?number={NUMBER}"
