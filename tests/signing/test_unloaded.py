"""A library may be imported without what it imports for features that are not used."""

from __future__ import annotations

import importlib
import sys

import pytest

from allmytracks.signing.unloaded import unloaded

LIBRARY = "this"  # of Python's own, and loaded by nobody


def test_a_library_is_loaded_after_the_block_and_not_in_it() -> None:
    assert LIBRARY not in sys.modules
    with unloaded(LIBRARY):
        assert isinstance(importlib.import_module(LIBRARY).Anything, type)
    assert LIBRARY not in sys.modules


def test_a_failed_import_leaves_no_placeholder() -> None:
    with pytest.raises(ImportError), unloaded(LIBRARY):
        raise ImportError
    assert LIBRARY not in sys.modules


def test_a_loaded_library_stays() -> None:
    with unloaded("json"):
        assert importlib.import_module("json").loads("1") == 1
    assert sys.modules["json"].loads("1") == 1
