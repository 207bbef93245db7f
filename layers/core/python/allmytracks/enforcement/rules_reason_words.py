"""The wording of each reason code in English; notices have it in the member's language."""

from __future__ import annotations

from collections.abc import Mapping

from allmytracks.mails.rules_words_english import ENGLISH

REASONS: Mapping[str, str] = ENGLISH.reasons
