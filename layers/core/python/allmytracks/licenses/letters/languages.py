"""The words of letters by language."""

from __future__ import annotations

from allmytracks.licenses.letters.words_english import ENGLISH
from allmytracks.licenses.letters.words_simplified_chinese import SIMPLIFIED_CHINESE
from allmytracks.licenses.letters.words_traditional_chinese import TRADITIONAL_CHINESE
from allmytracks.licenses.rules import Language

WORDINGS = {
    Language.ENGLISH: ENGLISH,
    Language.TRADITIONAL_CHINESE: TRADITIONAL_CHINESE,
    Language.SIMPLIFIED_CHINESE: SIMPLIFIED_CHINESE,
}
