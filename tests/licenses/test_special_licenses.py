"""A special licence from its payment to its letter, its verification and its end (M-III.6.special, M-II.11)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules_end_users import LicenseeKind
from allmytracks.downloads.rules_allowance import purpose_refusal
from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.settings import Settings
from allmytracks.foundation.system_time_and_ids import RandomIds
from allmytracks.invoices.rules import Due, InvoiceKind, line_of
from allmytracks.licenses.agreements.rules_special import SpecialLicense, SpecialTerms, checked
from allmytracks.licenses.agreements.use_cases.get_music_agreement import GetMusicAgreement
from allmytracks.licenses.agreements.use_cases.issue_special_license import IssueSpecialLicense
from allmytracks.licenses.letters.pdf import PdfLetterPrinter
from allmytracks.licenses.rules import Language
from allmytracks.licenses.rules_terms import LicensedTrack
from allmytracks.licenses.schemas_verification import verification_answer
from allmytracks.licenses.states.rules import LicenseStatus
from allmytracks.memberships.published import published_price_lists
from allmytracks.payments.ledger.rules_announcements import announcements
from allmytracks.payments.ledger.rules_folding import fold
from allmytracks.payments.orders.rules import Checkout, Order, OrderStatus
from allmytracks.payments.orders.rules_special import (
    QuoteNeedsMembership,
    SpecialOrder,
    TermsMismatch,
    require_terms,
)
from allmytracks.payments.rules import FactKind
from allmytracks.payments.schemas import order_answer
from allmytracks.signing.rules import SignatureState, SignedText
from allmytracks.verification.page import _rows
from allmytracks.verification.pages.words import WORDS
from allmytracks.verification.rules import HeldLetter, compared
from allmytracks.wiring import Services, install
from functions.get_music_agreement.handler import handle as papers
from functions.work_agreements.handler import handle as work_agreements
from tests.factories.gateway import call, read
from tests.factories.instants import NOW
from tests.factories.licenses import ACME, LICENSOR, PUBLIC_URL, LicenseWorld
from tests.factories.memberships import plans_publication
from tests.factories.payment_world import PAID
from tests.factories.printed_letters import LINKS, SIGNATURE, squeezed, text_of
from tests.factories.special_licenses import DEVICE, FOR_ANOTHER, GRANTS, TERMS, paid, quoted, returned
from tests.fakes.music_agreements import MemoryMusicAgreements, MemoryQuotes
from tests.fakes.orders import MemoryOrders
from tests.fakes.publishing import MemoryPublications
from tests.fakes.wiring import put


class Unmade:
    """No order of these tests has a music licence agreement."""

    def __call__(self, account_id: str, order_id: str, language: Language | None = None) -> tuple[str, ...]:  # noqa: ARG002 - the use case's
        return ()


@dataclass
class Sale:
    """A quote, and the worker that makes its letter."""

    world: LicenseWorld = field(default_factory=LicenseWorld)
    orders: MemoryOrders = field(default_factory=MemoryOrders)

    def __post_init__(self) -> None:
        self.agreements = MemoryMusicAgreements(self.world.licenses)
        self.quotes = MemoryQuotes(self.orders)
        self.quotes.add(quoted(), TERMS)
        world = self.world
        self.issue = IssueSpecialLicense(
            self.orders,
            self.quotes,
            self.agreements,
            world.licenses,
            world.issue.print_letter,
            world.events,
            world.clock,
            RandomIds(),
            LICENSOR,
        )

    def becomes(self, order: Order) -> None:
        """The ledger settled the order."""
        self.orders.stored[order.id] = order

    def work(self, times: int = 1) -> int:
        """Delivers an event of the order; returns the number of failed messages."""
        detail = {"account_id": "acc-1", "order_id": "ord_q1"}
        body = json.dumps({"detail-type": "SpecialLicensePaid", "detail": detail})
        records = [
            {"messageId": str(n), "body": body, "receiptHandle": "", "attributes": {"ApproximateReceiveCount": "1"}}
            for n in range(times)
        ]
        return len(work_agreements({"Records": records}, None)["batchItemFailures"])

    def letter(self) -> SpecialLicense:
        of = self.agreements.get("acc-1", "ord_q1").agreement
        assert isinstance(of, SpecialLicense)
        return of

    def ask(self, tail: str, accept: str = "application/json", account_id: str = "acc-1") -> dict[str, Any]:
        route = f"GET /v1/orders/{{id}}/{tail}"
        return call(papers, route, account_id, pathParameters={"id": "ord_q1"}, headers={"accept": accept})


@pytest.fixture
def sale() -> Iterator[Sale]:
    made = Sale()
    services = Services(Settings({"PUBLIC_URL": PUBLIC_URL}))
    get = GetMusicAgreement(made.agreements, made.world.documents, made.orders, made.world.events)
    parts = {"issue": Unmade(), "issue_special": made.issue, "get": get, "quotes": made.quotes}
    put(services, {f"licenses.agreements.{name}": part for name, part in parts.items()})
    put(services, {"payments.orders.repository": made.orders, "licenses.repository": made.world.licenses})
    install(services)
    yield made
    install(None)


@pytest.mark.clause("M-III.6.special")
def test_a_paid_quote_gets_one_letter_with_exactly_its_terms(sale: Sale) -> None:
    assert sale.work() == 0
    assert sale.world.licenses.records == {}

    sale.becomes(paid(quoted()))
    assert sale.work(times=3) == 0

    of = sale.letter()
    assert (of.licensee, of.grant, of.terms_sha256) == (TERMS.licensee, TERMS.grant, TERMS.sha256)
    assert len(sale.world.licenses.records) == 1
    public = sale.world.licenses.public(of.number)
    assert (public.status, public.kind) == (LicenseStatus.VALID, "special_license")
    assert public.special is not None
    assert (public.special.purpose, public.special.tracks) == (DEVICE.purpose, DEVICE.tracks)
    assert "Acme" not in public.licensee


@pytest.mark.clause("M-II.11")
def test_a_special_licence_leaves_the_account_without_a_bound_end_user(sale: Sale) -> None:
    sale.becomes(paid(quoted()))
    sale.work()
    assert sale.world.accounts.get("acc-1").end_user is None


@pytest.mark.clause("M-III.6.special", "M-II.8")
def test_a_letter_is_revoked_where_its_payment_went_back(sale: Sale) -> None:
    sale.becomes(paid(quoted()))
    sale.work()
    sale.becomes(returned(quoted()))
    assert read(sale.ask("license"))[1]["revoked_at"] is None
    sale.work(times=2)
    assert read(sale.ask("license"))[1]["revoked_at"] == rfc3339(sale.world.clock.now())
    state = sale.world.licenses.public(sale.letter().number).state
    assert state.revocation is not None
    assert (state.status, state.revocation.reason) == (LicenseStatus.REVOKED, "payment_returned")


def test_a_payment_that_went_back_before_the_worker_ran_gets_no_letter(sale: Sale) -> None:
    sale.becomes(returned(quoted()))
    sale.work()
    assert sale.world.licenses.records == {}


@pytest.mark.clause("S-6.5")
def test_a_paid_quote_whose_terms_were_erased_with_the_account_gets_no_letter(sale: Sale) -> None:
    sale.quotes.kept.clear()
    sale.becomes(paid(quoted()))
    assert (sale.work(times=2), sale.world.licenses.records) == (0, {})


def test_a_payment_that_goes_back_while_the_letter_is_made_revokes_it(sale: Sale) -> None:
    class ReturnedMeanwhile(MemoryOrders):
        """The money goes back after the worker read the order."""

        def get(self, account_id: str, order_id: str) -> Order:
            order = super().get(account_id, order_id)
            self.stored[order_id] = returned(quoted())
            return order

    orders = ReturnedMeanwhile({"ord_q1": paid(quoted())})
    replace_orders = IssueSpecialLicense(
        orders,
        sale.quotes,
        sale.agreements,
        sale.world.licenses,
        sale.world.issue.print_letter,
        sale.world.events,
        sale.world.clock,
        RandomIds(),
        LICENSOR,
    )
    replace_orders("acc-1", "ord_q1")
    assert sale.world.licenses.public(sale.letter().number).status is LicenseStatus.REVOKED


def test_the_member_reads_terms_and_letter_and_nobody_else_does(sale: Sale) -> None:
    _, terms = read(sale.ask("terms"))
    assert (terms["purpose"], terms["terms_sha256"]) == (DEVICE.purpose, TERMS.sha256)
    assert sale.ask("license")["statusCode"] == 404
    assert sale.ask("terms", account_id="acc-2")["statusCode"] == 404

    sale.becomes(paid(quoted()))
    sale.work()
    assert read(sale.ask("license"))[1]["number"] == sale.letter().number
    assert sale.ask("license", "application/pdf")["statusCode"] == 200
    assert sale.ask("license", account_id="acc-2")["statusCode"] == 404
    assert sale.ask("agreement")["statusCode"] == 404


@pytest.mark.clause("M-III.6.special")
@pytest.mark.parametrize("kind", GRANTS)
@pytest.mark.parametrize("language", Language)
def test_the_letter_states_what_the_matrix_refuses(kind: str, language: Language) -> None:
    terms = checked(SpecialTerms(ACME, GRANTS[kind], FOR_ANOTHER.designated_user, language))
    of = _license(terms)
    document = PdfLetterPrinter().print_special(of, SIGNATURE, LINKS)
    with pypdfium2.PdfDocument(document) as opened:
        assert len(opened) == 1
    text, grant = text_of(document), terms.grant
    said = [grant.purpose, grant.scope, grant.territory, *grant.projects, *grant.conditions, "Luna Toys Ltd", of.number]
    assert [line for line in said if squeezed(line) not in text] == []


def test_terms_are_refused_with_every_field_that_no_letter_can_state() -> None:
    wrong = SpecialTerms(
        replace(ACME, name=" "),
        replace(DEVICE, purpose="", tracks=(), projects=(), prohibitions=("whistling",), conditions=("x" * 401,)),
    )
    with pytest.raises(InvalidFields) as refused:
        checked(wrong)
    named = {problem.field for problem in refused.value.problems}
    assert named == {"licensee.name", "purpose", "tracks", "projects", "prohibited", "conditions.0"}


@pytest.mark.clause("M-II.11", "U-III.I.2")
def test_exactly_the_quoted_terms_are_accepted() -> None:
    special = SpecialOrder("a" * 64)
    require_terms(special, "a" * 64, is_member=False)
    with pytest.raises(InvalidFields):
        require_terms(special, None, is_member=True)
    with pytest.raises(TermsMismatch):
        require_terms(special, "b" * 64, is_member=True)
    for_members = replace(special, needs_membership=True)
    require_terms(for_members, "a" * 64, is_member=True)
    with pytest.raises(QuoteNeedsMembership):
        require_terms(for_members, "a" * 64, is_member=False)


def test_the_accepted_hash_stays_though_terms_would_be_written_otherwise_today(sale: Sale) -> None:
    """As after a release that gives terms one more field."""
    quote = replace(quoted(), special=SpecialOrder("c" * 64))
    sale.becomes(quote)
    assert read(sale.ask("terms"))[1]["terms_sha256"] == "c" * 64
    sale.becomes(paid(quote))
    sale.work()
    assert sale.letter().terms_sha256 == "c" * 64


@pytest.mark.clause("M-III.6.special")
def test_a_quote_outlasts_a_checkout_that_expired() -> None:
    order = replace(quoted(), checkout=Checkout("stripe", "cs_1", "https://pay.example/cs_1"))
    expired = replace(
        PAID, kind=FactKind.CHECKOUT_EXPIRED, order_id=order.id, account_id="acc-1", subject="cs_1", occurred_at=NOW
    )
    outcome = fold([order], [expired])
    assert list(announcements(order, outcome)) == []
    [settlement] = outcome.settlements.values()
    again = replace(order, settlement=settlement)
    assert (again.status_at(NOW), order_answer(again, NOW).checkout_url) == (OrderStatus.QUOTED, None)
    assert again.status_at(order.expires_at) is OrderStatus.EXPIRED
    reopened = replace(again, checkout=Checkout("stripe", "cs_2", "https://pay.example/cs_2"))
    assert (reopened.status_at(NOW), order_answer(reopened, NOW).checkout_url) == (
        OrderStatus.PENDING,
        "https://pay.example/cs_2",
    )
    second = replace(PAID, order_id=order.id, account_id="acc-1", amount=order.amount, subject="cs_2", occurred_at=NOW)
    [settled] = fold([reopened], [expired, second]).settlements.values()
    assert settled.status is OrderStatus.PAID


@pytest.mark.clause("M-II.11")
def test_its_payment_makes_no_membership_and_is_announced_once() -> None:
    order = quoted()
    fact = replace(PAID, order_id=order.id, account_id="acc-1", amount=order.amount, currency="USD", occurred_at=NOW)
    outcome = fold([order], [fact])
    assert (outcome.periods, outcome.purchases) == ((), ())
    events = [event.name for _, event in announcements(order, outcome)]
    assert events == ["SpecialLicensePaid"]
    told = replace(order, announced=frozenset({"SpecialLicensePaid"}))
    assert list(announcements(told, outcome)) == []


def test_its_invoice_names_it_in_the_language_of_the_buyer() -> None:
    due = Due(InvoiceKind.INVOICE, 120000, None, None)
    said = [line_of(quoted(), due, language).text for language in Language]
    assert said == ["AllMyTracks special licence", "AllMyTracks 特別授權", "AllMyTracks 特别授权"]


@pytest.mark.clause("M-III.6.special")
def test_the_refusal_of_a_purpose_says_how_to_ask_for_a_special_licence() -> None:
    plans = published_price_lists(MemoryPublications([plans_publication()]))
    detail = purpose_refusal("hardware_embedding", None, plans).detail
    assert "special licence" in detail
    assert "`question`" in detail


def test_an_equal_quote_has_an_equal_hash_and_another_one_another() -> None:
    assert checked(TERMS).sha256 == TERMS.sha256
    other = replace(DEVICE, tracks=(LicensedTrack("trk-2", "", ""),))
    assert SpecialTerms(replace(ACME, kind=LicenseeKind.ENTERPRISE), other).sha256 != TERMS.sha256


def _license(terms: SpecialTerms) -> SpecialLicense:
    return SpecialLicense(
        number="AMT-2J5X-8QF3-7KTM-W",
        issued_at=NOW,
        account_id="acc-1",
        licensor=LICENSOR,
        licensee=terms.licensee,
        grant=terms.grant,
        order_id="ord_q1",
        amount=120000,
        currency="USD",
        terms_sha256=terms.sha256,
        designated_user=terms.designated_user,
        language=terms.language,
    )


@pytest.mark.clause("M-III.6.special")
@pytest.mark.parametrize("lang", ["en", "zh-Hant", "zh-Hans"])
def test_the_page_shows_the_special_use_and_no_plan(sale: Sale, lang: str) -> None:
    sale.becomes(paid(quoted()))
    sale.work()
    found = verification_answer(sale.world.licenses.public(sale.letter().number))
    rows = dict(_rows(found, WORDS[lang], lang))
    assert rows[WORDS[lang]["scope"]] == DEVICE.scope
    assert rows[WORDS[lang]["purpose"]] == DEVICE.purpose
    assert WORDS[lang]["plan"] not in rows


def test_an_unsigned_text_of_a_special_licence_is_compared_by_its_purpose(sale: Sale) -> None:
    sale.becomes(paid(quoted()))
    sale.work()
    of = sale.letter()
    record = sale.world.licenses.public(of.number)

    def altered(claims: dict[str, object]) -> tuple[str, ...]:
        text = SignedText("eyJ0.eyJ1.c2ln", SignatureState.INVALID, {"special_license": claims})
        return compared(record, HeldLetter(text)).altered

    assert altered(of.claims()) == ("signed_text", "signature")
    forged = replace(of, grant=replace(of.grant, purpose="Everything"))
    assert altered(forged.claims()) == ("signed_text", "signature", "purpose")
