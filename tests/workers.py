"""Which worker runs which tests: a module's on one, and modules that share something costly on the same one.

A scheduler of our own, because `--dist loadgroup` groups nothing with pytest 9.2 (pytest-xdist, issue 1386), and says
nothing of it: each worker then makes every fixture.
"""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadScopeScheduling

# Folders and modules that share a local cloud, a browser or a transform. The first that fits decides.
SHARED = {
    "tests/e2e/odd/": "odd-cloud",
    "tests/e2e/": "local-cloud",
    "tests/browser/": "browser",
    "tests/site/": "site",
}
# What takes longest runs first: otherwise one worker ends minutes after the other.
LONGEST = (
    "local-cloud",
    "tests/templates/test_stage_parameters.py",
    "tests/bench/test_bench_runs.py",
    "odd-cloud",
    "site",
    "browser",
    "tests/house/test_priming_integration.py",
    "tests/privacy/test_erasure_contract.py",
    "tests/downloads/test_download_faults.py",
    "tests/payments/test_fold_races.py",
    "tests/payments/test_fold.py",
    "tests/downloads/test_download_races.py",
    "tests/privacy/test_retention_contract.py",
    "tests/operators/test_publications_operators.py",
    "tests/privacy/test_exports_integration.py",
    "tests/payments/test_reconcile_faults.py",
    "tests/payments/test_payment_history_contract.py",
    "tests/payments/test_fold_in_books.py",
    "tests/notices/test_mailings_faults.py",
    "tests/payments/test_payment_faults.py",
)
# First in its local cloud: an audit of the register tells when its clock was moved by days.
UNMOVED = "tests/e2e/test_readme.py"


def group_of(nodeid: str) -> str:
    """The group of tests that a test is run with: one worker runs all of it, in the order of the files."""
    return next((group for place, group in SHARED.items() if nodeid.startswith(place)), nodeid.partition("::")[0])


def place_of(nodeid: str) -> tuple[int, bool]:
    """Sorts tests: the longest groups first."""
    group = group_of(nodeid)
    return (LONGEST.index(group) if group in LONGEST else len(LONGEST), not nodeid.startswith(UNMOVED))


class ByGroup(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """Gives each group of tests to one worker."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


class Ends:
    """Says at the end how long each worker had nothing to do: if long, LONGEST lacks what the other one was at."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[float, str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keeps the end of each worker's last test; without workers a report has no node."""
        node = getattr(report, "node", None)
        if node is not None:
            self._last[node.gateway.id] = (report.stop, report.nodeid)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """One line a worker."""
        for worker, (at, test) in sorted(self._last.items()):
            idle = max(end for end, _ in self._last.values()) - at
            terminalreporter.write_line(f"{worker} was idle for {idle:.0f} s at the end, after {test}")
