"""A real letter, printed and signed, beside the record of it and the use cases that check it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import cache

from joserfc import jws
from joserfc.jwk import ECKey

from allmytracks.downloads.rules import Project
from allmytracks.licenses.letters.pdf import PdfLetterPrinter
from allmytracks.licenses.ports import LetterLinks
from allmytracks.licenses.rules import STATEMENT_TYPE, Letter, License, PublicLicense, public_view
from allmytracks.licenses.rules_numbers import license_number
from allmytracks.licenses.states.rules import LicenseState, Supersession
from allmytracks.memberships.rules_rights import ProjectKind
from allmytracks.signing.jws import KeySetSignatures
from allmytracks.signing.pades import PadesSealer
from allmytracks.signing.ports import Signature
from allmytracks.verification.use_cases.verify_letter import VerifyLetter
from infra.ops.certificates import self_signed
from tests.fakes.signing import MemoryLicenseKeys
from tests.fakes.verification import UnguardedLetterReader
from tests.license_samples import PUBLIC_URL, LicenseWorld, license_of
from tests.samples import NOW

NUMBER = license_number("0" * 23)
LICENSE = license_of(NUMBER, "dl-1")


KEY = ECKey.generate_key("P-256", auto_kid=False)


@cache
def printed(license_: License) -> tuple[Signature, bytes]:
    """A letter's signed text and its sealed file."""
    keys = MemoryLicenseKeys([KEY])
    signature = keys.sign({"jti": license_.number, "iat": 1, "license": license_.claims()})
    links = LetterLinks(f"{PUBLIC_URL}/v1/verifications/{license_.number}", f"{PUBLIC_URL}/.well-known/jwks.json")
    chain = self_signed(keys, "Letters", "AllMyTracks", "HK", NOW, 3650)
    return signature, PadesSealer(keys).seal(PdfLetterPrinter().print(license_, signature, links), [chain], NOW)


@dataclass
class Desk:
    """One real letter, what is on record of it, and the use case."""

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
