"""Who a licence is for: the buyer's particulars, the one end user, and what the public may see of either."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from allmytracks.documents.rules_text import line, required_line
from allmytracks.foundation.errors import Conflict, FieldProblems

LONGEST_NAME = 120
LONGEST_ADDRESS = 200
LONGEST_TAX_ID = 40
HIDDEN = "***"


class LicenseeKind(StrEnum):
    """The legal kind of a licensee."""

    INDIVIDUAL = "individual"
    ENTERPRISE = "enterprise"


class EndUserBound(Conflict):
    """The account is bound to another end user (M-III.6.1, M-III.8.default, U-III.II.1)."""

    code = "end_user_bound"


class Licensee(Struct, frozen=True):
    """The buyer as submitted; none of it can be changed afterwards (M-III.8.apply)."""

    name: str
    kind: LicenseeKind
    address: str | None = None
    tax_id: str | None = None


class DesignatedUser(Struct, frozen=True):
    """The end user that an enterprise names in its place (M-III.6.1)."""

    name: str
    address: str | None = None


def check_alone(field: str, value: str) -> None:
    """Checks one field of a licensee or designated user by its name. Raises InvalidFields."""
    match field.rpartition(".")[2]:
        case "name":
            required_line(field, value, LONGEST_NAME)
        case "address":
            line(field, value, LONGEST_ADDRESS)
        case _:
            line(field, value, LONGEST_TAX_ID)


def licensee_of(name: str, kind: LicenseeKind, address: str | None, tax_id: str | None) -> Licensee:
    """The particulars in their stored form. Raises InvalidFields naming every invalid field."""
    problems = FieldProblems()
    kept_name, kept_address, kept_tax_id = "", None, None
    with problems.gathered():
        kept_name = required_line("licensee.name", name, LONGEST_NAME)
    with problems.gathered():
        kept_address = line("licensee.address", address, LONGEST_ADDRESS)
    with problems.gathered():
        kept_tax_id = line("licensee.tax_id", tax_id, LONGEST_TAX_ID)
    problems.raise_found()
    return Licensee(kept_name, kind, kept_address, kept_tax_id)


def designated_user_of(name: str, address: str | None) -> DesignatedUser:
    """The designated user in its stored form. Raises InvalidFields."""
    problems = FieldProblems()
    kept_name, kept_address = "", None
    with problems.gathered():
        kept_name = required_line("designated_user.name", name, LONGEST_NAME)
    with problems.gathered():
        kept_address = line("designated_user.address", address, LONGEST_ADDRESS)
    problems.raise_found()
    return DesignatedUser(kept_name, kept_address)


class NamedEndUser(Struct, frozen=True):
    """The end users that a document names, each as it is stored with the account.

    `bound` is the end user that the account is bound to from then on. `further` is the additional Designated User that
    the document names, if any (M-III.6.1).
    """

    bound: str
    further: str | None = None


class Respelling(Struct, frozen=True):
    """A permanent correction of a name on an account's documents; `proven`: two operators saw evidence for it."""

    was: str
    now: str
    proven: bool = False


class EndUsers(Struct, frozen=True):
    """The end users of an account: the one that it is bound to, and further ones that an operator authorised for an
    enterprise (M-III.6.1). `respellings` are the corrections of names on its documents, in their order.
    """

    bound: str | None
    further: frozenset[str] = frozenset()
    respellings: tuple[Respelling, ...] = ()

    def allow(self, name: str) -> bool:
        """Whether `name` is one of them, compared ignoring case and whitespace."""
        return _folded(name) in {_folded(each) for each in (self.bound, *self.further) if each is not None}

    def naming(self, name: str) -> NamedEndUser:
        """The end users once a letter or an agreement names `name`, compared ignoring case and whitespace.

        The first one binds the account; further users bind nothing. Raises EndUserBound.
        """
        if self.bound is None:
            return NamedEndUser(name)
        if _folded(self.bound) == _folded(name):
            return NamedEndUser(self.bound)
        further = next((each for each in sorted(self.further) if _folded(each) == _folded(name)), None)
        if further is None:
            raise EndUserBound(
                f"All downloads of this account serve one end user, {self.bound}; this cannot be changed.",
                end_user=self.bound,
            )
        return NamedEndUser(self.bound, further)

    def corrected(self, respelling: Respelling) -> EndUsers:
        """The same users with a clerical mistake in the name of one of them corrected, permanently.

        Idempotent. Raises EndUserBound where neither name is one of theirs.
        """
        was, now = respelling.was, respelling.now
        if was == now and self.allow(now):
            return self
        mistaken = {each for each in self.further if _folded(each) == _folded(was)}
        if self.bound is None or _folded(self.bound) == _folded(was):
            users = replace(self, bound=now)
        elif mistaken:
            users = replace(self, further=self.further - mistaken | {now})
        elif self.allow(now):
            users = self
        else:
            raise EndUserBound(f"This account serves {self.bound}; correct the name to that.", end_user=self.bound)
        return users.noted(respelling)

    def noted(self, respelling: Respelling) -> EndUsers:
        """The same users with one more correction of a name, unless that is known."""
        if respelling.was == respelling.now or self.spelled_now(respelling.was) == respelling.now:
            return self
        return replace(self, respellings=(*self.respellings, respelling))

    def spelled_now(self, name: str) -> str:
        """The name after its corrections."""
        for each in self.respellings:
            if _folded(each.was) == _folded(name):
                name = each.now
        return name

    def spelled_first(self, name: str) -> str:
        """The name as submitted, or last proven: a series of small corrections must not lead to another person."""
        for each in reversed(self.respellings):
            if _folded(each.now) == _folded(name):
                if each.proven:
                    break
                name = each.was
        return name


class EndUserChange(Struct, frozen=True):
    """A change of the account's end users: as they were read, and as they become."""

    before: EndUsers
    after: EndUsers


def masked(name: str) -> str:
    """A name for the public: the first letter of each word, without the rest or its length."""
    return " ".join(_masked_word(word) for word in name.split())


def _masked_word(word: str) -> str:
    rest = 1
    while rest < len(word) and unicodedata.category(word[rest])[0] == "M":
        rest += 1
    # A word of one letter would be shown whole.
    return word[:rest] + HIDDEN if rest < len(word) else HIDDEN


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
