"""The wording of letters in each language: one sentence for each term that a licence holds as a code.

The signed code is binding, the same in every language; English is its first wording.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allmytracks.accounts.rules_end_users import LicenseeKind
from allmytracks.documents.fonts import Face
from allmytracks.foundation.errors import Unavailable
from allmytracks.memberships.rules_purpose_words import Words, id_in_words
from allmytracks.memberships.rules_rights import ProjectKind, Purpose, Right


@dataclass(frozen=True)
class Wording:
    """The fixed texts of a letter; `{}` is filled in from the licence."""

    page: Face
    lang: str
    region: str | None
    title: str
    issued: str
    labels: Mapping[str, str]
    kinds: Mapping[LicenseeKind, str]
    project_kinds: Mapping[ProjectKind, str]
    purposes: Mapping[Purpose, Words]
    rights: Mapping[Right, str]
    codes: Mapping[str, str]
    conditions: Mapping[str, tuple[str, str]]
    registration: str
    contact: str
    tax: str
    only_licensee: str
    joint_liability: str
    use: str
    row: str
    order: str
    download: str
    supersedes: str
    check: str
    code: str
    signed_by: str
    signed_file: str
    signed_terms: str
    signatory: str
    keys: str
    agreement: str
    agreement_text: str
    price_list: str
    isrc: str
    no_society: str
    societies: str

    def purpose(self, purpose: Purpose) -> Words:
        """The wording of a purpose. Raises Unavailable where this version of the code has none."""
        if purpose not in self.purposes:
            raise Unavailable(f"No letter for {id_in_words(purpose)} can be printed at the moment. Try again later.")
        return self.purposes[purpose]

    def listed(self, purpose: Purpose) -> str:
        """A purpose in a list, with its examples where it has a wording."""
        words = self.purposes.get(purpose)
        if words is None:
            return id_in_words(purpose)
        return self.use.format(purpose=words.name, examples=words.examples)
