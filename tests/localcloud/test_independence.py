"""infra/localcloud could be a package of its own: it imports and names nothing of the product that runs on it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.factories.template import ROOT, described, read_stacks

LOCAL_CLOUD = ROOT / "infra" / "localcloud"
FILES = sorted(path for path in LOCAL_CLOUD.rglob("*") if path.suffix in {".py", ".md"})
# Words of the language, of AWS or of Cognito's operations that ours are named by as well.
COMMON = {"Api", "Data", "Identity", "Alarms", "Client", "Dashboard", "Logs", "UserPool"}
COMMON |= {"sign_in", "sign_out", "sign_up"}


@cache
def product_words() -> set[str]:
    """Resources, functions and their variables, as the product's templates name them."""
    words = {"allmytracks", "premium", "business"}
    for template in read_stacks().values():
        words |= set(template["Resources"])
    for name, function in described().items():
        words |= {name} | function.environment
    return words - COMMON


def named(text: str, words: set[str]) -> set[str]:
    """The words of a text without AWS types: `AWS::Lambda::Function` names nothing of a product."""
    held = set(re.findall(r"\w+", re.sub(r"AWS::\w+(::\w+)*", "", text)))
    return (held | {word.lower() for word in held if word.lower() == "allmytracks"}) & words


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(LOCAL_CLOUD)))
def test_the_local_cloud_names_nothing_of_the_product(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert named(text, product_words()) == set()
    assert "allmytracks" not in text.lower()


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".py"], ids=lambda path: path.stem)
def test_the_local_cloud_imports_nothing_of_the_product(path: Path) -> None:
    ours = [name for name in imported(path) if name.split(".")[0] in {"allmytracks", "infra", "functions", "tests"}]
    assert all(f"{name}.".startswith("infra.localcloud.") for name in ours)


def test_a_name_of_the_product_is_noticed() -> None:
    words = product_words()
    assert named("the ACCOUNTS_TABLE of SignUpFunction", words) == {"ACCOUNTS_TABLE", "SignUpFunction"}
    assert named("AllMyTracks, work_payments", words) == {"allmytracks", "work_payments"}
    assert named("AWS::CloudFormation::Stack, AWS::ApiGatewayV2::Api", words) == set()
