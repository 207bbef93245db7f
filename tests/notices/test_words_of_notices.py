"""Every mail and notice has its words in every language: all of them, with the same parts, without codes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules_closing import RefusalReason
from allmytracks.accounts.rules_reasons import LetterReason, Reason
from allmytracks.enforcement.rules_demands import STATED
from allmytracks.enforcement.rules_fraud import Suspicion
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.mail_layout import laid_out, laid_out_in_html
from allmytracks.foundation.mail_words import FRAMES
from allmytracks.foundation.messages import Mail, Why
from allmytracks.licenses.states.rules import RevocationReason, SupersessionReason
from allmytracks.mails.rules import Catalogue
from allmytracks.mails.rules_catalogues import CATALOGUES
from allmytracks.notices.use_cases.notify import NOTIFIERS
from allmytracks.notices.use_cases.notify_of_access import NotifyOfAccess
from allmytracks.privacy.use_cases import notify_of_export
from allmytracks.storage.events import OF_DEVICES
from tests.factories.accounts import account
from tests.factories.instants import NOW
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.foundation import FixedClock, MemoryMailer
from tests.fakes.notices import MemoryNotices

ENGLISH = CATALOGUES["en"]
OTHERS = [each for each in CATALOGUES.values() if each is not ENGLISH]
PART = re.compile(r"\{(\w+)\}")
# What stays Latin in every language: the name, and the abbreviation of the time.
LATIN = {"AllMyTracks", "UTC"}


def texts(of: Catalogue) -> dict[str, str]:
    """Every text of a catalogue by where it is."""
    found = {f"letters {name}": "\n".join(letter) for name, letter in of.letters.items()}
    for kind in ("phrases", "reasons", "fields"):
        found |= {f"{kind} {name}": text for name, text in getattr(of, kind).items()}
    return found


def test_every_event_with_a_notice_has_a_letter() -> None:
    assert {*NOTIFIERS, *notify_of_export.EVENTS, *OF_DEVICES} <= set(ENGLISH.letters)


def test_every_reason_and_every_particular_has_words() -> None:
    kinds: Iterable[type[StrEnum]] = (
        Reason,
        LetterReason,
        RefusalReason,
        Suspicion,
        RevocationReason,
        SupersessionReason,
    )
    assert {code.value for kind in kinds for code in kind} <= set(ENGLISH.reasons)
    assert set(ENGLISH.fields) >= STATED


@pytest.mark.parametrize("other", OTHERS, ids=[each.language for each in OTHERS])
def test_a_translation_says_all_that_english_says_and_has_the_same_parts(other: Catalogue) -> None:
    english, translated = texts(ENGLISH), texts(other)
    assert set(english) == set(translated)
    for name, text in english.items():
        assert set(PART.findall(text)) == set(PART.findall(translated[name])), name


@pytest.mark.parametrize("other", OTHERS, ids=[each.language for each in OTHERS])
def test_a_translation_has_no_english_left(other: Catalogue) -> None:
    for name, text in texts(other).items():
        bare = re.sub(r"\{site\}[/a-z?={}_-]*", "", text)
        words = set(re.findall(r"[A-Za-z]+", PART.sub("", bare))) - LATIN
        assert not words, name


@pytest.mark.parametrize("each", CATALOGUES.values(), ids=list(CATALOGUES))
def test_no_text_has_a_code(each: Catalogue) -> None:
    for name, text in texts(each).items():
        bare = re.sub(r"\{site\}\S*", "", PART.sub("X", text))
        assert not re.search(r"[a-z]_[a-z]|\{|\}|dl_|ord_", bare), name


def test_a_code_without_words_is_not_shown() -> None:
    for each in CATALOGUES.values():
        assert "quite_new" not in each.reason("quite_new")
        assert "quite_new" not in each.fields_named("nickname, quite_new")


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_mail_is_framed_in_its_language_and_ends_with_the_company(language: str) -> None:
    mail = Mail("ada@example.org", "S", "T", Why.TICKET, language=language)
    html, text = laid_out_in_html(mail, "Sound & Co;1 Queen's Road;Hong Kong"), laid_out(mail, "Sound & Co;Hong Kong")
    assert f'<html lang="{language}">' in html
    assert FRAMES[language].greeting in html
    assert FRAMES[language].why[Why.TICKET] in text
    assert "Sound &amp; Co<br>1 Queen&#x27;s Road<br>Hong Kong" in html
    assert text.endswith("Sound & Co\nHong Kong\n")


@pytest.mark.parametrize(
    ("tag", "subject"),
    [
        (None, "Your AllMyTracks password was changed"),
        ("zh-HK", "你的 AllMyTracks 密碼已更改"),
        ("zh-Hans", "你的 AllMyTracks 密码已更改"),
        ("de", "Your AllMyTracks password was changed"),
    ],
)
def test_a_member_is_notified_in_the_language_of_the_account(tag: str | None, subject: str) -> None:
    accounts, notices, mailer = MemoryAccounts(), MemoryNotices(), MemoryMailer()
    accounts.add(replace(account(), language=tag), [])
    notify = NotifyOfAccess(accounts, notices, mailer, FixedClock(NOW), "https://site.example")
    notify("PasswordChanged", "acc-1", rfc3339(NOW))
    (mail,) = mailer.sent
    (stored,) = notices.page("acc-1", unread=False, limit=10, cursor=None).page.items
    assert mail.subject == stored.subject == subject
    assert FRAMES[mail.language].greeting in laid_out(mail)


def test_a_name_from_right_to_left_does_not_turn_the_sentence() -> None:
    for name, shown in (("استوديو", "\u2068استوديو\u2069"), ("שדרות", "\u2068שדרות\u2069"), ("Studio", "Studio")):
        letter = CATALOGUES["en"].letter("LicenseIssued", work=name, number="AMT-1", site="https://site.example")
        assert shown in letter.text
    assert "\u2068" not in CATALOGUES["en"].letter("LicenseIssued", work="Studio", number="AMT-1", site="").text
