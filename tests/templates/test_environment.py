"""Each function has exactly the variables that the services it uses read."""

from __future__ import annotations

import ast

import pytest

from tests.factories.settings_read import asked_of_services, variables_read
from tests.factories.template import ROOT, Described, described

FUNCTIONS = described()


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_a_function_gets_the_variables_that_it_reads_and_no_other(function: Described) -> None:
    assert function.environment == variables_read(ROOT / "functions" / function.name / "handler.py")


def test_a_service_kept_in_a_variable_is_noticed() -> None:
    with pytest.raises(AssertionError, match="this test reads it"):
        list(asked_of_services(ast.parse("from allmytracks.wiring import services\nkept = services()\nkept.sign_up()")))
