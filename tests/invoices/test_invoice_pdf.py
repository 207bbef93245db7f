"""The invoice on paper, read back by another library."""

from __future__ import annotations

from functools import cache

import pypdfium2
import pytest
from msgspec.structs import replace

from allmytracks.invoices.pdf import PdfInvoicePrinter
from allmytracks.invoices.rules import Buyer, Invoice, InvoiceKind, Line
from allmytracks.invoices.words import WORDS
from allmytracks.payments.orders.rules_taxes import Tax
from tests.factories.invoices import an_invoice
from tests.factories.payments import at


@cache
def printer() -> PdfInvoicePrinter:
    return PdfInvoicePrinter()


def text_of(invoice: Invoice) -> str:
    with pypdfium2.PdfDocument(printer().print(invoice)) as opened:
        assert len(opened) == 1
        return " ".join(opened[0].get_textpage().get_text_bounded().split())


@pytest.mark.clause("M-III.1")
def test_an_invoice_shows_seller_buyer_lines_tax_and_total() -> None:
    text = text_of(an_invoice())

    for words in (
        "Invoice",
        "INV-2026-000001",
        "AllMyTracks Ltd",
        "1 Harbour Road",
        "Registration no. 1234567",
        "Tax no. HK-99",
        "Ada GmbH",
        "Gasse 1",
        "Germany",
        "Tax no. DE123",
        "AllMyTracks membership Premium, one month",
        "16.72",
        "VAT 19% (Germany) USD 3.18",
        "Total USD 19.90",
        "Paid by card on 1 January 2026",
        "Payment reference pi_1",
        "Membership from 1 January 2026 until 31 January 2026",
        "Contact: billing@allmytracks.example",
        "Unit price",
        "Page 1 of 1",
    ):
        assert words in text, words


@pytest.mark.clause("P-7.payment")
def test_an_invoice_names_the_kind_of_payment_and_its_reference_and_nothing_else_of_it() -> None:
    text = text_of(an_invoice())

    assert text.count("card") == 1
    assert text.count("pi_1") == 1


@pytest.mark.parametrize(("language", "title"), [("zh-Hant", "發票"), ("zh-Hans", "发票")])
def test_an_invoice_is_in_the_language_of_its_member(language: str, title: str) -> None:
    text = "".join(text_of(replace(an_invoice(), language=language)).split())
    words = WORDS[language]
    unused = {"about", "about_invoice", "tax", "reverse_charge"}
    for stated in (title, "2026年1月1日", *(label for name, label in words.labels.items() if name not in unused)):
        assert "".join(stated.split()) in text
    assert "".join(words.page_of.format(1, 1).split()) in text
    for english in ("Invoice", "Number", "Total", "Paid", "Page", "card", "VAT"):
        assert english not in text


def test_the_longest_references_and_names_stay_on_the_page() -> None:
    long = replace(an_invoice(), buyer=Buyer("W" * 120, ("長" * 200,), "DE"), payment_reference="pi_" + "3QK7xyz2e" * 9)
    with pypdfium2.PdfDocument(printer().print(replace(long, order_id="ord_" + "0192f0c1" * 9))) as opened:
        page = opened[0].get_textpage()
        right = max(page.get_charbox(place)[2] for place in range(page.count_chars()))
        assert long.payment_reference is not None
        assert long.payment_reference in "".join(page.get_text_range().replace("\u200b", "").split())
    assert right < 540, "the margin begins there"


def test_a_kind_of_payment_that_we_have_no_words_for_is_readable() -> None:
    assert "Paid by revolut pay on" in text_of(replace(an_invoice(), method="revolut_pay"))


@pytest.mark.parametrize("name", ["شركة الموسيقى العربية يجح", "บริษัทดนตรีไทยกุ้งฎีกา"])
def test_no_script_strikes_the_next_line(name: str) -> None:
    with pypdfium2.PdfDocument(printer().print(replace(an_invoice(), buyer=Buyer(name, ("Gasse 1",))))) as opened:
        page = opened[0].get_textpage()
        text = page.get_text_range()
        lowest = min(page.get_charbox(place)[1] for place, each in enumerate(text) if "\u0590" <= each <= "\ufeff")
        assert lowest >= page.get_charbox(text.index("Gasse"))[3]


def test_every_language_has_words_for_the_same() -> None:
    assert len({frozenset(each.labels) for each in WORDS.values()}) == 1


@pytest.mark.clause("M-III.1")
def test_a_reverse_charge_is_stated_instead_of_tax() -> None:
    tax = Tax("DE", "VAT", "0", 0, reverse_charge=True)
    text = text_of(replace(an_invoice(), tax=tax, net=1672, total=1672))
    for stated in ("VAT (reverse charge) USD 0.00", "Total USD 16.72", "the buyer owes the tax in Germany."):
        assert stated in text


def test_a_credit_note_refers_to_its_invoice_and_yen_have_no_fraction() -> None:
    note = replace(
        an_invoice(),
        number="CRN-2026-000001",
        kind=InvoiceKind.CREDIT_NOTE,
        refers_to="INV-2026-000001",
        currency="JPY",
        lines=(Line("AllMyTracks membership", 1, 2980),),
        net=2980,
        tax=None,
        total=2980,
    )

    text = text_of(note)

    for words in ("Credit note", "About invoice INV-2026-000001", "Total JPY 2,980", "were returned"):
        assert words in text, words


@pytest.mark.parametrize(
    "name", ["株式会社 山田", "香港音樂有限公司", "شركة الموسيقى", "חברת מוזיקה", "บริษัท เพลง", "Łódź Ωμέγα ООО"]
)
def test_names_of_any_script_are_printed(name: str) -> None:
    text = text_of(replace(an_invoice(), buyer=Buyer(name, ("1",), "JP")))

    assert "".join(name.split()) in "".join(text.split())


@pytest.mark.parametrize("character", ["\U000e0041", "\x00", "\ue000", "\ufeff", "\u0f40", "\u1820"])
def test_a_character_that_no_font_has_does_not_hold_the_invoice_up(character: str) -> None:
    assert "Ada ?" in text_of(replace(an_invoice(), buyer=Buyer(f"Ada {character}", (), None)))


def test_an_instant_between_two_seconds_is_printed_too() -> None:
    assert "1 January 2026" in text_of(replace(an_invoice(), issued_at=at(seconds=1.25)))


def test_the_same_invoice_is_the_same_bytes() -> None:
    assert printer().print(an_invoice()) == printer().print(an_invoice())
