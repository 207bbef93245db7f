"""Music licence agreements for tests."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from allmytracks.licenses.agreements.rules import MusicAgreement, SignedAgreement
from allmytracks.licenses.rules import AgreedPeriod
from allmytracks.memberships.rules_rights import rights_of
from tests.factories.instants import NOW
from tests.factories.licenses import ACME, LICENSOR, NUMBER
from tests.factories.memberships import plan

BUSINESS = plan("business")
AGREEMENT = MusicAgreement(
    number=NUMBER,
    issued_at=NOW,
    account_id="acc-1",
    licensor=LICENSOR,
    licensee=replace(ACME, address="1 Harbour Road, HK", tax_id="HK-7"),
    plan="business",
    plan_name=BUSINESS.name,
    terms_id=BUSINESS.terms_id,
    period=AgreedPeriod(NOW, NOW + timedelta(days=30)),
    daily_downloads=50,
    rights=rights_of(BUSINESS.rights),
    order_id="ord-1",
    amount=5990,
    currency="USD",
    end_user=ACME.name,
)
SIGNED = SignedAgreement(AGREEMENT, "eyJ0.eyJ1.c2ln", "key-a", "cd" * 32)
