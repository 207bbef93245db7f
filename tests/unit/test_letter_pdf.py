"""The letter on paper, read back by another library: one page, every term, names in every script that it promises."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from allmytracks.adapters import letter_words as words
from allmytracks.adapters.letter_fonts import Face, runs
from allmytracks.adapters.letter_pdf import PdfLetterPrinter
from allmytracks.domain.downloads import Project
from allmytracks.domain.licensees import DesignatedUser, Licensee, LicenseeKind
from allmytracks.domain.licenses import License, UnprintableText, Work
from allmytracks.domain.rights import ProjectKind, Purpose
from allmytracks.ports.licenses import LetterLinks, Signature
from tests.license_samples import ACME, ADA, LICENSOR, NUMBER, STUDIO, license_of

LINKS = LetterLinks(
    f"https://api.example.org/v1/verifications/{NUMBER}", "https://api.example.org/.well-known/jwks.json"
)
SIGNATURE = Signature("eyJ0.eyJ1.c2ln", "key-a")
PLAIN = license_of(NUMBER, "dl_abc")


def printed(license_: License) -> PdfReader:
    return PdfReader(BytesIO(PdfLetterPrinter().print(license_, SIGNATURE, LINKS)))


def text_of(document: PdfReader) -> str:
    """The text in one line: where a line broke is of no account."""
    return "".join(document.pages[0].extract_text().split())


@pytest.mark.clause("M-A.terms", "M-III.7", "M-VII.2", "U-II.IV.9", "M-III.8.apply")
def test_the_letter_states_everything() -> None:
    text = text_of(printed(PLAIN))
    stated = [
        NUMBER,
        words.issued(PLAIN),
        LICENSOR.name,
        LICENSOR.registration,
        "Ada Lovelace (individual)",
        "1 Harbour Road, Hong Kong",
        "HK-123",
        "Harbour at Dawn by The Makers",
        "trk-1, wav",
        "ab" * 32,
        "Holiday film (personal project)",
        "YouTube",
        "Music & Sound Effects Premium",
        words.RIGHTS[PLAIN.terms.right],
        *words.PURPOSES[Purpose.SOCIAL_MEDIA],
        *(words.CODES[code] for code in PLAIN.terms.prohibitions),
        *(words.CODES[code] for code in ("unlimited", "perpetual_synchronisation", "worldwide")),
        *(words.CODES[code] for code in ("whole_catalogue", "one_project_one_purpose", PLAIN.terms.publicity)),
        "Order ord-1",
        "Download dl_abc",
        LINKS.verification,
        LINKS.keys,
        SIGNATURE.key_id,
    ]
    missing = [each for each in stated if "".join(each.split()) not in text]
    assert missing == []


@pytest.mark.clause("U-III.II.6")
def test_a_designated_user_and_the_joint_liability_are_printed() -> None:
    text = text_of(printed(license_of(NUMBER, "dl_abc", ACME, STUDIO)))
    assert "StudioNordGmbH" in text
    assert "Hafenstraße1,Hamburg" in text
    assert "".join(words.JOINT_LIABILITY.split()) in text
    assert "".join(words.JOINT_LIABILITY.split()) not in text_of(printed(PLAIN))


def test_every_code_and_purpose_has_its_words() -> None:
    assert set(words.PURPOSES) == set(Purpose)
    for purpose in Purpose:
        assert words.use(replace(PLAIN, purpose=purpose))


def test_the_file_says_what_it_is_and_carries_the_signed_text() -> None:
    document = printed(PLAIN)
    assert len(document.pages) == 1
    assert [round(float(side)) for side in document.pages[0].mediabox[2:]] == [595, 842]
    assert document.metadata is not None
    assert document.metadata.title == f"Licence letter {NUMBER}"
    assert document.metadata.author == LICENSOR.name
    assert str(document.root_object["/Lang"]) == "en"
    assert document.attachments == {"license.jws": [SIGNATURE.jws.encode()]}


NAMES = [
    ("Łukasz Żółć-Đặng", Face.SANS),
    ("Σωκράτης Παπαδόπουλος", Face.SANS),
    ("Иван Їжакевич", Face.SANS),
    ("陳大文有限公司", Face.HONG_KONG),
    ("黄河音乐有限公司", Face.SIMPLIFIED),
    ("株式会社東京楽器", Face.JAPANESE),
    ("さくらスタジオ", Face.JAPANESE),
    ("한국음악주식회사", Face.KOREAN),
]


@pytest.mark.parametrize(("name", "face"), NAMES)
def test_names_are_printed_in_the_face_of_their_script(name: str, face: Face) -> None:
    assert {run.face for run in runs(name)} == {face}
    document = printed(replace(PLAIN, licensee=Licensee(name, LicenseeKind.INDIVIDUAL)))
    assert "".join(name.split()) in text_of(document)
    assert_no_empty_boxes(document)


def assert_no_empty_boxes(document: PdfReader) -> None:
    """Text that is extracted says nothing of its glyphs: looks into each embedded font for the box of a missing one."""
    fonts: Any = document.pages[0]["/Resources"]
    for reference in fonts["/Font"].values():
        descriptor = reference.get_object()["/FontDescriptor"]
        embedded = TTFont(BytesIO(descriptor["/FontFile2"].get_data()))
        glyphs = embedded.getGlyphSet()
        shapes = []
        for name in embedded.getGlyphOrder()[1:]:
            pen = RecordingPen()
            glyphs[name].draw(pen)
            if pen.value:
                shapes.append(repr(pen.value))
        pen = RecordingPen()
        glyphs[embedded.getGlyphOrder()[0]].draw(pen)
        boxes = shapes.count(repr(pen.value))
        assert boxes == 0, f"{descriptor['/FontName']} prints boxes"


def test_a_letter_after_another_one_has_its_own_characters() -> None:
    printer = PdfLetterPrinter()
    for name in ("東京", "大阪府", "京都市"):
        of = replace(PLAIN, licensee=Licensee(f"{name}の", LicenseeKind.INDIVIDUAL))
        document = PdfReader(BytesIO(printer.print(of, SIGNATURE, LINKS)))
        assert name in text_of(document)
        assert_no_empty_boxes(document)


def test_the_longest_particulars_fit_on_the_page() -> None:
    longest = replace(
        license_of(
            NUMBER,
            "dl_abc",
            Licensee("株" * 120, LicenseeKind.ENTERPRISE, "長" * 200, "9" * 40),
            DesignatedUser("W" * 120, "Long Street " * 16),
        ),
        project=Project("プロジェクト" * 33, ProjectKind.ENTERPRISE),
        platform="Plattform " * 20,
        work=Work("trk-1", "T" * 200, "Composer " * 20, "wav", "ab" * 32),
    )
    document = printed(longest)
    assert len(document.pages) == 1
    text = text_of(document)
    assert "株" * 120 in text
    assert "プロジェクト" * 33 in text
    assert "".join(LINKS.verification.split()) in text


@pytest.mark.parametrize("name", ["שלום", "مرحبا", "สวัสดี", "नमस्ते", "Ada 😀", "\ue000"])
def test_what_cannot_be_printed_yet_is_refused_and_never_a_box(name: str) -> None:
    with pytest.raises(UnprintableText):
        printed(replace(PLAIN, licensee=replace(ADA, name=name)))


def test_names_are_text_and_no_markup() -> None:
    name = "Tom & <b>Jerry</b> &amp; Söhne"
    assert "".join(name.split()) in text_of(printed(replace(PLAIN, licensee=replace(ADA, name=name))))
