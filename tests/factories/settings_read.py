"""Which variables of its environment a function reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from allmytracks.foundation.settings import Settings
from allmytracks.operator_routes import api
from allmytracks.wiring import Services

PLAUSIBLE = {
    "EDGE_LINKS": "",
    "SEARCH_DOMAIN": "",
    "DAY_TIME_ZONE": "Asia/Hong_Kong",
    "LINK_SECONDS": "300",
    "PAYMENT_API_BASE": "https://payments.example.com",
    "THROTTLING": "on",
    "ANTI_FRAUD": "on",
    "TWO_PERSON_RULE": "on",
}


class RecordingEnvironment(Mapping[str, str]):
    """An environment that has every variable and remembers which were read."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return PLAUSIBLE.get(name, "arn:aws:service:eu-west-1:123456789012:name")

    def __iter__(self) -> Iterator[str]:
        return iter(PLAUSIBLE)

    def __len__(self) -> int:
        return len(PLAUSIBLE)


def sources(handler: Path) -> Iterator[ast.Module]:
    """The handler's syntax tree, and those of all operators' routes where it serves these."""
    tree = ast.parse(handler.read_text(encoding="utf-8"))
    yield tree
    if any(isinstance(node, ast.ImportFrom) and node.module == api.__name__ for node in ast.walk(tree)):
        for path in sorted(Path(api.__file__).parent.glob("*.py")):
            yield ast.parse(path.read_text(encoding="utf-8"))


def asked_of_services(tree: ast.Module) -> Iterator[tuple[str, ...]]:
    """What is used of `services()`: `("accounts", "sign_up")`, or `("foundation", "settings", "public_url")`."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "services":
            chain: list[str] = []
            above = parents[node]
            while isinstance(above, ast.Attribute):
                chain.append(above.attr)
                above = parents[above]
            assert len(chain) > 1, "say services().<capability>.<part> each time: this test reads it"
            yield tuple(chain)


def is_wiring(part: object) -> bool:
    """Whether the next name of a chain is made by the composition root, or is a setting."""
    return type(part).__module__.endswith("wiring") or isinstance(part, Settings)


def variables_read(handler: Path) -> set[str]:
    """The variables read when every service that the handler uses is built."""
    environment = RecordingEnvironment()
    services = Services(Settings(environment))
    for tree in sources(handler):
        for chain in asked_of_services(tree):
            value: object = services
            for attribute in chain:
                if not is_wiring(value):
                    break
                value = getattr(value, attribute)
            assert not is_wiring(value), f"services().{'.'.join(chain)} is a capability, no part of one"
    return environment.asked
