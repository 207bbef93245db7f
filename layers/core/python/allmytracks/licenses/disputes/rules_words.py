"""The words of dispute texts, in every language of letters."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from allmytracks.licenses.rules import Language
from allmytracks.memberships.rules_purpose_words import PurposeWords


class DisputeWords(Struct, frozen=True):
    """The words of one language; `{}` is filled in from the licence."""

    language: Language
    opening: str
    closing: str
    line: str
    separator: str
    labels: Mapping[str, str]

    def purpose(self, known: PurposeWords) -> str:
        """A purpose in this language."""
        if self.language is Language.ENGLISH:
            return known.english.name
        if self.language is Language.TRADITIONAL_CHINESE:
            return known.traditional_chinese.name
        return known.simplified_chinese.name


WORDS: Mapping[Language, DisputeWords] = {
    Language.ENGLISH: DisputeWords(
        Language.ENGLISH,
        opening="I dispute this claim: I have a licence to use the work named below.",
        closing="Anyone can check the licence at the address above. Please release the claim.",
        line="{label}: {value}",
        separator=", ",
        labels={
            "number": "Licence number",
            "verify_url": "Check it at",
            "work": "Work",
            "licensor": "Licensor",
            "licensee": "Licensed to",
            "licensed_use": "Licensed for",
            "issued_on": "Issued on",
            "isrc": "ISRC",
        },
    ),
    Language.TRADITIONAL_CHINESE: DisputeWords(
        Language.TRADITIONAL_CHINESE,
        opening="本人就此版權聲明提出異議：本人已取得使用下列作品的授權。",
        closing="任何人均可於上述網址查驗授權。請撤銷該聲明。",
        line="{label}：{value}",
        separator="、",
        labels={
            "number": "授權編號",
            "verify_url": "查驗網址",
            "work": "作品",
            "licensor": "授權方",
            "licensee": "被授權方",
            "licensed_use": "授權用途",
            "issued_on": "簽發日期",
            "isrc": "ISRC",
        },
    ),
    Language.SIMPLIFIED_CHINESE: DisputeWords(
        Language.SIMPLIFIED_CHINESE,
        opening="本人就此版权主张提出异议：本人已取得使用下列作品的授权。",
        closing="任何人均可在上述网址查验授权。请撤销该主张。",
        line="{label}：{value}",
        separator="、",
        labels={
            "number": "授权编号",
            "verify_url": "查验网址",
            "work": "作品",
            "licensor": "授权方",
            "licensee": "被授权方",
            "licensed_use": "授权用途",
            "issued_on": "签发日期",
            "isrc": "ISRC",
        },
    ),
}
