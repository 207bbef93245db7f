"""A real letter, printed and signed, beside the record of it and the use cases that check it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

from joserfc import jws
from joserfc.jwk import ECKey
from msgspec.structs import replace

from allmytracks.downloads.rules import Project
from allmytracks.licenses.agreements.rules import MusicAgreement, SignedAgreement
from allmytracks.licenses.agreements.rules import public_view as public_view_of_agreement
from allmytracks.licenses.letters.pdf import PdfLetterPrinter
from allmytracks.licenses.letters.use_cases import links_of
from allmytracks.licenses.rules import STATEMENT_TYPE, AgreedPeriod, Letter, License, PublicLicense, public_view
from allmytracks.licenses.rules_numbers import license_number
from allmytracks.licenses.states.rules import LicenseState, Supersession
from allmytracks.memberships.rules_rights import ProjectKind, rights_of
from allmytracks.signing.jws import KeySetSignatures
from allmytracks.signing.pades import PadesSealer
from allmytracks.signing.ports import Signature
from allmytracks.verification.use_cases.verify_letter import VerifyLetter
from infra.ops.certifying import self_signed
from tests.factories.instants import NOW
from tests.factories.licenses import ACME, LICENSOR, PUBLIC_URL, LicenseWorld, license_of
from tests.factories.memberships import plan
from tests.fakes.signing import MemoryLicenseKeys
from tests.fakes.verification import UnguardedLetterReader

NUMBER = license_number("0" * 23)
LICENSE = license_of(NUMBER, "dl-1")


AGREEMENT = MusicAgreement(
    number=license_number("3" * 23),
    issued_at=NOW,
    account_id="acc-1",
    licensor=LICENSOR,
    licensee=ACME,
    plan="business",
    plan_name=plan("business").name,
    terms_id=plan("business").terms_id,
    period=AgreedPeriod(NOW, NOW + timedelta(days=30)),
    daily_downloads=50,
    rights=rights_of(plan("business").rights),
    order_id="ord-1",
    amount=5990,
    currency="USD",
    end_user=ACME.name,
)
KEY = ECKey.generate_key("P-256", auto_kid=False)


@cache
def printed(license_: License) -> tuple[Signature, bytes]:
    """A letter's signed text and its sealed file."""
    signature = MemoryLicenseKeys([KEY]).sign({"jti": license_.number, "iat": 1, "license": license_.claims()})
    return signature, _sealed(PdfLetterPrinter().print(license_, signature, links_of(PUBLIC_URL, license_.number)))


@cache
def printed_agreement() -> tuple[Signature, bytes]:
    """The same of the music licence agreement."""
    number = AGREEMENT.number
    signature = MemoryLicenseKeys([KEY]).sign({"jti": number, "iat": 1, "agreement": AGREEMENT.claims()})
    return signature, _sealed(PdfLetterPrinter().print_agreement(AGREEMENT, signature, links_of(PUBLIC_URL, number)))


def _sealed(document: bytes) -> bytes:
    keys = MemoryLicenseKeys([KEY])
    chain = self_signed(keys, "Letters", "AllMyTracks", "HK", NOW, 3650)
    return PadesSealer(keys).seal(document, [chain], NOW)


@dataclass
class Desk:
    """One real letter, its record, and the use case."""

    keys: MemoryLicenseKeys = field(default_factory=lambda: MemoryLicenseKeys([KEY]))
    world: LicenseWorld = field(default_factory=LicenseWorld)

    def __post_init__(self) -> None:
        self.jws, self.pdf = self.put_on_record(LICENSE)
        self.verify = VerifyLetter(self.world.licenses, UnguardedLetterReader(), KeySetSignatures(self.keys))

    def put_on_record(self, license_: License) -> tuple[str, bytes]:
        """Issues a licence; returns its letter's signed text and file."""
        signature, pdf = printed(license_)
        letter = Letter(license_, signature.jws, signature.key_id, hashlib.sha256(pdf).hexdigest())
        stated = {"jti": license_.number, "iat": 1, "license": letter.public_claims()}
        letter = replace(letter, statement=self.keys.sign(stated, STATEMENT_TYPE).jws)
        self.world.licenses.records[license_.number] = public_view(letter)
        self.world.licenses.owners[license_.number] = license_.account_id
        return signature.jws, pdf

    def put_agreement_on_record(self) -> tuple[str, bytes]:
        """Makes the music licence agreement; returns its signed text and file."""
        signature, pdf = printed_agreement()
        signed = SignedAgreement(AGREEMENT, signature.jws, signature.key_id, hashlib.sha256(pdf).hexdigest())
        self.world.licenses.records[AGREEMENT.number] = public_view_of_agreement(signed)
        self.world.licenses.owners[AGREEMENT.number] = AGREEMENT.account_id
        return signature.jws, pdf

    @property
    def record(self) -> PublicLicense:
        return self.world.licenses.records[NUMBER]

    def supersede(self, fact: Supersession) -> None:
        """Puts another letter in the place of this one."""
        self.world.licenses.states[NUMBER] = LicenseState(supersession=fact)

    def rename_project(self, name: str) -> None:
        """As if the licence had been issued for a project of this name."""
        project = Project(name, ProjectKind.PERSONAL)
        self.world.licenses.records[NUMBER] = replace(self.record, project=project)

    def signed(self, key: ECKey, **header: object) -> str:
        """The letter's own claims, signed otherwise."""
        claims = json.dumps({"jti": NUMBER, "license": LICENSE.claims()})
        protected = {"alg": "ES256", "kid": self.keys.keys[0].thumbprint(), "typ": "license+jws", **header}
        return jws.serialize_compact(protected, claims, key, ["ES256"])
