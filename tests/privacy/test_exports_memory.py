"""An export takes little memory, however much there is: measured on a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.factories.large_export import LETTER_BYTES

MIB = 1024
# Of it, the names and hashes of 10,000 files in the manifest are the most.
GROWTH = 32 * MIB


def peak(downloads: int) -> tuple[int, int]:
    """The archive's size and the peak of the process's memory, in KiB."""
    words = [sys.executable, "-m", "tests.factories.large_export", str(downloads)]
    size, memory = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()  # noqa: S603 - ours
    return int(size), int(memory)


@pytest.mark.clause("P-manage.access")
def test_ten_thousand_downloads_take_hardly_more_memory_than_ten() -> None:
    _, few = peak(10)
    size, many = peak(10_000)
    assert size > 10_000 * LETTER_BYTES // 1024
    assert size > 4 * GROWTH
    assert many - few < GROWTH
