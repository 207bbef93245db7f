"""The shipped code names no plan: names, audiences and agreements come with the published plans (M-I.2, M-II.9)."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("layers/core/python/allmytracks", "functions")
PLANS = tomllib.loads((ROOT / "config" / "plans.toml").read_text())["body"]["plans"]
# An agreement that has a plan's id in its name, and why it is in code.
ALLOWED = {
    "premium-agreement": "what buyers accepted by the price lists of before 2026-11-27, which named no agreements",
}


def texts(tree: ast.Module) -> Iterator[str]:
    """Every text of a module but its docstrings, and every name that it gives."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def plans_named(source: str) -> list[str]:
    """What of a source names a plan: its id as a word, in any case and also between low lines."""
    ids = "|".join(re.escape(plan["id"]) for plan in PLANS)
    named = re.compile(rf"(?<![a-z])(?:{ids})(?![a-z])", re.IGNORECASE)
    return [text for text in texts(ast.parse(source)) if text not in ALLOWED and named.search(text)]


@pytest.mark.clause("M-I.2")
def test_the_shipped_code_names_no_plan() -> None:
    named = {
        str(path.relative_to(ROOT)): found
        for folder in SHIPPED
        for path in sorted((ROOT / folder).rglob("*.py"))
        if (found := plans_named(path.read_text()))
    }
    assert named == {}


@pytest.mark.parametrize(
    "source",
    [
        'needed_plan = "business"',
        'TEXT = f"an enterprise needs Business, {name}"',
        "PREMIUM_PLAN = 1",
        '"x_premium_y" in z',
    ],
)
def test_a_plan_that_is_named_in_code_is_found(source: str) -> None:
    assert plans_named(source)


def test_words_of_which_a_plans_id_is_a_part_and_docstrings_are_none() -> None:
    assert plans_named('"""Of Premium."""\nbusinesslike = "premiums"') == []
