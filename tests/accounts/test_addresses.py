"""One form of an address, and which are refused."""

from __future__ import annotations

import pytest

from allmytracks.accounts.rules_addresses import normal_email
from allmytracks.foundation.errors import InvalidFields


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("ada@example.org", "ada@example.org"),
        ("  Ada.Lovelace+x@Example.ORG ", "ada.lovelace+x@example.org"),
        ("o'brien@example.org", "o'brien@example.org"),
        ("a@bücher.de", "a@xn--bcher-kva.de"),
        ("a@BÜCHER.de", "a@xn--bcher-kva.de"),
        ("a@bu\u0308cher.de", "a@xn--bcher-kva.de"),  # the same, not composed
        ("a@xn--bcher-kva.de", "a@xn--bcher-kva.de"),
        ("a@例え.jp", "a@xn--r8jz45g.jp"),
        ("a@ｅxample.org", "a@example.org"),
    ],
)
def test_an_address_has_one_form(given: str, kept: str) -> None:
    assert normal_email("email", given) == kept
    assert normal_email("email", kept) == kept


ODD = [
    "",
    " ",
    "@",
    "a",
    "a@",
    "@b.de",
    "a@localhost",
    "a@b",
    "a@b.",
    "a@.b.de",
    "a@b..de",
    "a@-b.de",
    "a@b-.de",
    "a@b_c.de",
    "a@1.2.3.4",
    "a@[1.2.3.4]",
    "a@[IPv6:::1]",
    "a@b@c.de",
    "a b@c.de",
    "a\u00a0b@c.de",
    '"a b"@c.de',
    '"a"@c.de',
    ".a@b.de",
    "a.@b.de",
    "a..b@c.de",
    "a,b@c.de",
    "a;b@c.de",
    "a@c.de,d@e.de",
    "a@c.de;d@e.de",
    "a@c.de d@e.de",
    "Ada <a@c.de>",
    "<a@c.de>",
    "a(comment)@c.de",
    "a@c.de\n",
    "a@c.de\r\nBcc: d@e.de",
    "a\t@c.de",
    "a\x00@c.de",
    "a@c.de\x00",
    "a\x7f@c.de",
    "a@c\u200b.de",
    "\u200ba@c.de",
    "a@\u202ec.de",
    "ü@c.de",
    "a\ud800@c.de",
    "a@\udfffc.de",
    "a@xn--\u00fc.de",
    "a@xn--zzzzzz.de",
    "a@" + "b" * 64 + ".de",
    "a" * 65 + "@c.de",
    "a@" + "b." * 130 + "de",
    "a@" + "ü" * 60 + ".de",
    "a" * 3000 + "@c.de",
    "acc_01h000000000000000000000",
    "4a1b2c3d-0000-4000-8000-000000000000",
]


@pytest.mark.parametrize("odd", ODD, ids=ascii)
def test_what_no_mail_can_be_sent_to_is_refused_by_name(odd: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        normal_email("guardian_email", odd)
    assert [(each.field, each.code) for each in refused.value.problems] == [("guardian_email", "invalid_email")]
