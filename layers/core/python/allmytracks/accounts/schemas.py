"""Request and response bodies of the account, session, agreement and plan routes (api.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from allmytracks.accounts.rules import Account
from allmytracks.foundation.errors import FieldProblem
from allmytracks.foundation.http.answers import Answer, answer_from
from allmytracks.foundation.http.reading import by_rule
from allmytracks.foundation.instants import rfc3339

Email = Annotated[str, by_rule("accounts.rules_addresses", "normal_email", limits_length=True)]
Password = Annotated[str, by_rule("accounts.rules_passwords", "require_strong")]
Country = Annotated[str, by_rule("foundation.countries", "country_of")]
DisplayName = Annotated[str, by_rule("accounts.rules_particulars", "check_alone")]


def guardian_problems(sent: Mapping[str, object]) -> Iterator[FieldProblem]:
    """A minor's sign-up names the guardian; of others the field is ignored."""
    if sent.get("minor") is True and sent.get("guardian_email") is None:
        yield FieldProblem("guardian_email", "required", "Name your guardian's e-mail address.")


class AcceptForm(msgspec.Struct):
    """One accepted agreement, in the version that was shown."""

    agreement: str
    version: str


class SignUpForm(msgspec.Struct):
    """A new account; `guardian_email` goes with `minor`. `language` is that of mails and notices, by default the first
    of ours in Accept-Language; the member can change it.
    """

    email: Email
    password: Password
    accept: list[AcceptForm]
    minor: bool = False
    display_name: DisplayName | None = None
    country: Country | None = None
    guardian_email: Email | None = None
    language: Literal["en", "zh-Hant", "zh-Hans"] | None = None

    across = staticmethod(guardian_problems)


class SignedUpAnswer(msgspec.Struct):
    """The account as it was made."""

    account_id: str
    status: str


class VerificationForm(msgspec.Struct):
    """The code that was sent to an address; a code of eight digits goes with the sign-up's password."""

    email: Email
    code: str
    password: str | None = None


class GuardianConsentForm(msgspec.Struct):
    """The token of the link that the guardian was sent; `consent` is false where the guardian refuses."""

    token: str
    consent: bool = True


class SignInForm(msgspec.Struct):
    """Address and password; `code` where a sign-in was refused with `sign_in_code_required`."""

    email: Email
    password: str
    code: str | None = None


class RefreshForm(msgspec.Struct):
    """A refresh token of an earlier sign-in."""

    refresh_token: Annotated[str, msgspec.Meta(max_length=8192)]


class AddressForm(msgspec.Struct):
    """An address."""

    email: Email


class PasswordResetForm(msgspec.Struct):
    """A new password, with the code that was sent to the address."""

    email: Email
    code: str
    new_password: Password


class PasswordForm(msgspec.Struct):
    """The current password, and the new one."""

    current_password: str
    new_password: Password


class FreezeForm(msgspec.Struct):
    """Why, in the member's own words; `code` where the sign-in is not recent."""

    reason: str | None = None
    code: str | None = None


class OpenSessionAnswer(msgspec.Struct):
    """One open session; `address` is the network that it began from, `device` its user agent."""

    session_id: str
    started_at: str
    last_seen_at: str
    address: str
    device: str
    current: bool


class OpenSessionsAnswer(msgspec.Struct):
    """All open sessions, newest first."""

    items: list[OpenSessionAnswer]


class SessionAnswer(msgspec.Struct, omit_defaults=True):
    """Tokens of a session; `expires_in` in seconds."""

    access_token: str
    expires_in: int
    token_type: str = msgspec.field(default_factory=lambda: "Bearer")
    refresh_token: str | None = None


class AccountAnswer(msgspec.Struct):
    """The caller's own account; all its licences are for `end_user`, or for one of `further_users`."""

    account_id: str
    email: str
    status: str
    kind: str
    display_name: str | None
    country: str | None
    minor: bool
    created_at: str
    end_user: str | None
    further_users: list[str]
    nickname: str | None
    occupation: str | None
    signature: str | None
    gender: str | None
    birthday: str | None
    region: str | None
    education: str | None
    profile: str | None
    language: str | None


def account_answer(account: Account, now: datetime) -> Answer:
    """The caller's account, with the ETag that a change names in If-Match."""
    own = {
        "account_id": account.id,
        "kind": account.kind_at(now),
        "created_at": rfc3339(account.created_at),
        "further_users": sorted(account.further_users),
    }
    return Answer(200, answer_from(AccountAnswer, account, **own), {"ETag": f'"{account.revision}"'})


LongParticular = Annotated[str, by_rule("accounts.rules_particulars", "check_alone", limits_length=True)]
Fixed = Annotated[Any, by_rule("accounts.rules_particulars", "check_alone")]
Particular = Annotated[str, by_rule("accounts.rules_particulars", "check_alone")] | None | msgspec.UnsetType


class ParticularsForm(msgspec.Struct, forbid_unknown_fields=True):
    """The changes; null removes, and fields left out stay unchanged. The first eight are refused (`not_changeable`)."""

    account_id: Fixed = msgspec.UNSET
    email: Fixed = msgspec.UNSET
    status: Fixed = msgspec.UNSET
    kind: Fixed = msgspec.UNSET
    minor: Fixed = msgspec.UNSET
    created_at: Fixed = msgspec.UNSET
    end_user: Fixed = msgspec.UNSET
    further_users: Fixed = msgspec.UNSET
    display_name: Particular = msgspec.UNSET
    nickname: Particular = msgspec.UNSET
    occupation: Particular = msgspec.UNSET
    signature: Particular = msgspec.UNSET
    gender: Particular = msgspec.UNSET
    birthday: Particular = msgspec.UNSET
    region: Particular = msgspec.UNSET
    education: Particular = msgspec.UNSET
    profile: LongParticular | msgspec.UnsetType | None = msgspec.UNSET
    country: Particular = msgspec.UNSET
    language: Particular = msgspec.UNSET

    def changes(self) -> dict[str, str | None]:
        """What was sent."""
        sent = ((name, getattr(self, name)) for name in self.__struct_fields__)
        return {name: value for name, value in sent if value is not msgspec.UNSET}


class AgreementQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which version; the one in force where none is named."""

    version: str | None = None


class AgreementVersionAnswer(msgspec.Struct):
    """A version that is in force or was; its text is at `url`."""

    version: str
    effective_at: str
    updated_at: str
    url: str


class AgreementAnswer(msgspec.Struct, omit_defaults=True):
    """One agreement: `updated_at` is when its text was last changed, `effective_at` from when it holds.

    `translations` has the title by language, as far as it is translated. `text` and all `versions`, newest first, where
    it was asked for alone.
    """

    id: str
    version: str
    title: str
    effective_at: str
    url: str
    updated_at: str
    translations: dict[str, str] = {}
    text: str | None = None
    versions: list[AgreementVersionAnswer] | None = None


class AgreementsAnswer(msgspec.Struct):
    """All agreements in force."""

    items: list[AgreementAnswer]
