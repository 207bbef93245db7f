"""Values are msgspec structs, which cost little of a cold start (decisions/2026-11-27-values-are-structs.md)."""

from __future__ import annotations

import ast
from pathlib import Path

CORE = Path(__file__).resolve().parents[2] / "layers" / "core" / "python" / "allmytracks"


def slotted(source: str) -> list[str]:
    """Names of the classes that are frozen, slotted dataclasses."""
    return [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and any(word.arg == "slots" for word in decorator.keywords)
    ]


def test_no_value_is_a_dataclass() -> None:
    found = {str(path.relative_to(CORE)): slotted(path.read_text(encoding="utf-8")) for path in CORE.rglob("*.py")}
    assert len(found) > 300
    assert {name: classes for name, classes in found.items() if classes} == {}


def test_a_slotted_dataclass_is_found() -> None:
    assert slotted("@dataclass(frozen=True, slots=True)\nclass A:\n    b: int\n") == ["A"]
