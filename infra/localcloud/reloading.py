"""Watches folders of code while the local cloud runs, so that a saved file is what the next request meets."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from watchfiles import Change, watch


class Reloader:
    """Calls `changed` with the modules that were written, made or removed, in a thread of its own."""

    def __init__(self, folders: Sequence[Path], changed: Callable[[set[Path]], None]) -> None:
        self._folders, self._changed = folders, changed
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="reloading", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """End; `changed` is not called afterwards."""
        self._stopping.set()
        self._thread.join()

    def _watch(self) -> None:
        for changes in watch(*self._folders, watch_filter=_is_source, stop_event=self._stopping, raise_interrupt=False):
            self._changed({Path(path) for _, path in changes})


@contextmanager
def reloading(folders: Sequence[Path], reload: Callable[[], None], tell: Callable[[str], None]) -> Iterator[None]:
    """Reloads, and tells which modules changed, until it is left."""

    def changed(paths: set[Path]) -> None:
        reload()
        names = ", ".join(sorted({each.name for each in paths}))
        tell(f"{names}: functions run the changed code from their next request on.")

    reloader = Reloader(folders, changed)
    reloader.start()
    try:
        yield
    finally:
        reloader.stop()


def _is_source(_change: Change, path: str) -> bool:
    return path.endswith(".py")  # bytecode is written by the functions themselves
