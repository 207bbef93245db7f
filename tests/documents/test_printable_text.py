"""One rule for text of people and companies: accepted text can be printed (documents/rules_text.py)."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from allmytracks.accounts.rules_billing import billing_of
from allmytracks.accounts.rules_end_users import LicenseeKind, designated_user_of, licensee_of
from allmytracks.accounts.rules_names import NameRules
from allmytracks.documents import rules_coverage
from allmytracks.documents.fonts import folders, written
from allmytracks.documents.rules_coverage import COVERAGE
from allmytracks.documents.rules_text import line, unprintable
from allmytracks.downloads.rules import Project, Use, normal_use
from allmytracks.foundation.errors import InvalidFields
from allmytracks.licenses.states.rules_corrections import NameCorrection, with_names
from allmytracks.memberships.published import check_plans
from allmytracks.memberships.rules_rights import ProjectKind
from allmytracks.payments.orders.published import TAXES, check_taxes
from infra.coverage import module_text
from tests.factories.licenses import NUMBER, license_of
from tests.factories.memberships import plans_publication

UNPRINTABLE = {
    "\x00": "U+0000 (a control character)",
    "\x7f": "U+007F (a control character)",
    "\u202e": "U+202E RIGHT-TO-LEFT OVERRIDE",
    "\u200b": "U+200B ZERO WIDTH SPACE",
    "\ufeff": "U+FEFF ZERO WIDTH NO-BREAK SPACE",
    "\u3164": "U+3164 HANGUL FILLER",
    "\u2800": "U+2800 BRAILLE PATTERN BLANK",
    "\u0f40": "U+0F40 TIBETAN LETTER KA",
    "\u1820": "U+1820 MONGOLIAN LETTER A",
    "\u13a0": "U+13A0 CHEROKEE LETTER A",
    "\ue000": "U+E000 (private use)",
    "\U0010fffd": "U+10FFFD (private use)",
    "\u0378": "U+0378 (unassigned)",
    "\uffff": "U+FFFF (unassigned)",
    "\ud800": "U+D800 (half a character)",
    "\U00013000": "U+13000 EGYPTIAN HIEROGLYPH A001",
}


def _billing(**changes: str) -> None:
    given = {"name": "Acme", "address": "1 Road", "tax_id": "1", **changes}
    billing_of(given["name"], [given["address"]], "HK", given["tax_id"])


TAKEN: dict[str, Callable[[str], object]] = {
    "display_name": lambda text: NameRules(()).check("display_name", text),
    "licensee.name": lambda text: licensee_of(text, LicenseeKind.INDIVIDUAL, None, None),
    "licensee.address": lambda text: licensee_of("Ada", LicenseeKind.INDIVIDUAL, text, None),
    "licensee.tax_id": lambda text: licensee_of("Ada", LicenseeKind.INDIVIDUAL, None, text),
    "designated_user.name": lambda text: designated_user_of(text, None),
    "designated_user.address": lambda text: designated_user_of("Ada", text),
    "project.name": lambda text: normal_use(Use(Project(text, ProjectKind.PERSONAL))),
    "name": lambda text: _billing(name=text),
    "address": lambda text: _billing(address=text),
    "tax_id": lambda text: _billing(tax_id=text),
}


@pytest.mark.parametrize("character", UNPRINTABLE, ids=ascii)
@pytest.mark.parametrize("field", TAKEN)
def test_what_no_document_can_print_is_refused_with_field_and_character(field: str, character: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        TAKEN[field](f"A{character}b")
    (problem,) = refused.value.problems
    assert (problem.field, problem.code) == (field, "invalid_characters")
    assert UNPRINTABLE[character] in problem.message
    problem.message.encode()


@pytest.mark.parametrize("character", UNPRINTABLE, ids=ascii)
def test_an_operator_publishes_no_name_that_an_invoice_could_not_print(character: str) -> None:
    plans = plans_publication()
    body: Any = json.loads(json.dumps(plans.body))
    body["plans"][0]["name"] = f"P{character}"
    with pytest.raises(InvalidFields):
        check_plans(replace(plans, body=body))
    rate = {"country": "DE", "name": f"VAT{character}", "percent": "19", "included": True}
    with pytest.raises(InvalidFields):
        check_taxes(replace(plans, kind=TAXES, body={"rates": [rate]}))


def test_an_operators_correction_keeps_the_rule() -> None:
    with pytest.raises(InvalidFields):
        with_names(license_of(NUMBER, "dl_abc"), NameCorrection("\u0f40", None))


@pytest.mark.parametrize(
    "name",
    [
        "Łódź Ωμέγα ООО", "株式会社 山田", "香港音樂有限公司", "김 밴드", "شركة الموسيقى", "חברת מוזיקה", "บริษัท เพลง",
        "संगीत", "সঙ্গীত", "இசை", "სიმღერა", "Երգ", "ሙዚቃ", "O’Brien & Söhne", "Ada 🎸", "E\u0301mile",
        "\u2764\ufe0f", "\U0001f469\u200d\U0001f680",
    ],
)  # fmt: skip
def test_names_that_can_be_printed_are_taken(name: str) -> None:
    kept = line("name", name, 120)
    assert kept == unicodedata.normalize("NFC", name)
    assert written(kept or "").text == kept


def test_the_table_is_that_of_the_fonts_that_are_shipped() -> None:
    assert Path(str(rules_coverage.__file__)).read_text(encoding="utf-8") == module_text(), "run `make coverage`"


def test_every_character_that_is_taken_is_set_in_an_archivable_document() -> None:
    runs = (run.partition("-") for run in COVERAGE.split())
    covered = "".join(
        chr(code) for first, _, last in runs for code in range(int(first, 16), int(last or first, 16) + 1)
    )
    taken = sorted({each for each in covered if not unprintable(f"a{each}") and not unicodedata.combining(each)})
    assert len(taken) > 50_000
    faces = ", ".join(f'"{family}"' for family in written("").font)
    source = f"#set document(title: [t])\n#set text(font: ({faces}), fallback: false)\n#(sys.inputs.text)"
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder) for folder in folders()]
    )
    compiler = typst.Compiler(input=source.encode(), font_paths=fonts, ignore_system_fonts=True)
    spaced = " ".join("".join(taken[start : start + 40]) for start in range(0, len(taken), 40))
    document = compiler.compile(format="pdf", sys_inputs={"text": spaced}, pdf_standards=["a-3a", "ua-1"])
    assert isinstance(document, bytes)


@given(st.text(st.characters(), min_size=1, max_size=20))
def test_text_is_either_refused_or_set(text: str) -> None:
    try:
        kept = line("name", text, 120)
    except InvalidFields:
        return
    assert unprintable(kept or "") == []
    assert line("name", kept, 120) == kept
