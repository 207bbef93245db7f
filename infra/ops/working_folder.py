"""Where an import makes its files: a folder that the next import removes where this one was killed."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "allmytracks-import-"
_LOCK = "in-use"


@contextmanager
def working_folder(parent: Path) -> Iterator[Path]:
    """A new folder in `parent`, removed afterwards; what processes left that were killed is removed first.

    Who works in a folder holds a lock on a file in it, which ends with the process, however that ends.
    """
    for other in parent.glob(f"{PREFIX}*"):
        _remove_unused(other)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=parent) as name:
        folder = Path(name)
        with (folder / "starting").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            (folder / "starting").rename(folder / _LOCK)  # there only once it is locked
            yield folder


def _remove_unused(folder: Path) -> None:
    try:
        with (folder / _LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder)
    except OSError:
        return  # in use, another user's, or removed by another import
