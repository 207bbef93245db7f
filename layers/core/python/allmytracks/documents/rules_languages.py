"""The languages that documents and pages are in (BCP 47): `en`, `zh-Hant`, `zh-Hans`."""

from __future__ import annotations

ENGLISH, TRADITIONAL_CHINESE, SIMPLIFIED_CHINESE = "en", "zh-Hant", "zh-Hans"
_TRADITIONAL = frozenset({"hant", "hk", "tw", "mo"})


def first_accepted(header: str | None) -> str | None:
    """The first language of ours in an Accept-Language header, as browsers send it; None where there is none."""
    for part in (header or "").split(","):
        tag = part.partition(";")[0].strip()
        if tag.lower().startswith(("zh", "en")):
            return language_for(tag)
    return None


def language_for(tag: str | None) -> str:
    """Ours for a person's language tag: Chinese by its script or region, English for every other one."""
    parts = (tag or "").lower().replace("_", "-").split("-")
    if parts[0] != "zh":
        return ENGLISH
    return TRADITIONAL_CHINESE if _TRADITIONAL & set(parts) else SIMPLIFIED_CHINESE
