"""Every field of an entity is read from its item, and is written by what stores the entity: none is silently forgotten.

Found in the sources of all modules that describe DynamoDB's items: where one of them makes an entity, it gives every
field; where it takes one apart (half of the fields or more), it uses every field. Each exception has its reason.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import Struct

ROOT = Path(__file__).resolve().parents[2] / "layers" / "core" / "python"
READ_IN_PART = {
    "enforcement.dynamodb_watch_records: Watched": "nothing is remembered of the account yet",
    "licenses.dynamodb_letters: Letter": "the statement is on the public record (licenses.states)",
    "privacy.dynamodb_exports: Export": "a new export has no file",
    "payments.ledger.dynamodb_inbox: Received": "a ruling starts the event's handling anew",
}
WRITTEN_IN_PART = {
    "accounts.dynamodb_deadlines.put: Deadline": "stored whole by to_stored; these make its keys",
    "accounts.dynamodb_deadlines.remove: Deadline": "a key and a condition",
    "accounts.third_party.dynamodb.link: ThirdPartyLogin": "both_sides writes the items whole",
    "catalogue.dynamodb._track_item: Track": "a new track is not withdrawn",
    "catalogue.dynamodb._track_item: Origin": "each checksum is an item of its own",
    "catalogue.dynamodb._checksum_item: Origin": "as above",
    "catalogue.dynamodb._duplicate: Holder": "tells the same file from another",
    "damages.dynamodb._order: Damages": "orders records by time and number",
    "downloads.dynamodb.to_download: Grant": "what a download shows of its grant",
    "downloads.dynamodb_attributes.to_attributes: Grant": "the file's name and type are the track's",
    "enforcement.dynamodb_cases.open: Case": "a case is opened without a decision",
    "licenses.dynamodb_letters.letter_item: Letter": "state and statement are on the public record",
    "licenses.batches.dynamodb.add: LicenseBatch": "a batch is asked for before there is anything to wait for",
    "licenses.packs.dynamodb.add: ProjectPack": "a pack is asked for before there is a file or a problem",
    "memberships.dynamodb_ends.set_next: End": "the item says which order by its key",
    "notices.dynamodb.claim: Notice": "the item says which notice by its key",
    "notices.dynamodb_mailings.draft: Mailing": "a draft has reached nobody",
    "payments.ledger.dynamodb._write: Outcome": "periods follow from purchases",
    "payments.orders.dynamodb.to_item: Order": "a new order has no checkout, settlement or announcement",
    "storage.dynamodb_trials.begin: DeviceTrial": "stored whole by to_stored; these make its place in the index",
    "register.dynamodb._pending_key: Leaf": "a key, not the item",
}

Found = dict[str, set[str]]


class Pair(Struct):
    """Has a field that the sources above forget."""

    first: int
    second: int
    third: int = 0


def entities(module: object) -> dict[str, type[Struct]]:
    """The entities of rules that a module imports."""
    return {
        name: each
        for name, each in vars(module).items()
        if inspect.isclass(each) and issubclass(each, Struct) and ".rules" in each.__module__
    }


def read_in_part(name: str, tree: ast.Module, known: dict[str, type[Struct]]) -> Iterator[tuple[str, set[str]]]:
    """Entities that are made without some of their fields."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in known):
            continue
        given = {word.arg for word in node.keywords}
        if None in given or any(isinstance(each, ast.Starred) for each in node.args):
            continue
        every = list(known[node.func.id].__struct_fields__)
        missing = set(every[len(node.args) :]) - given
        if missing:
            yield f"{name}: {node.func.id}", missing


def written_in_part(name: str, tree: ast.Module, known: dict[str, type[Struct]]) -> Iterator[tuple[str, set[str]]]:
    """Functions that take half of an entity's fields or more, but not all."""
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for argument in (*function.args.args, *function.args.kwonlyargs):
            kind = argument.annotation.id if isinstance(argument.annotation, ast.Name) else ""
            if kind not in known:
                continue
            every = set(known[kind].__struct_fields__)
            used = every & {
                node.attr
                for node in ast.walk(function)
                if isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id == argument.arg
            }
            if len(used) >= max(2, len(every) / 2) and used != every:
                yield f"{name}.{function.name}: {kind}", every - used


def found() -> tuple[Found, Found]:
    read: Found = {}
    written: Found = {}
    for path in sorted(ROOT.glob("allmytracks/**/dynamodb*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        known, tree = entities(importlib.import_module(name)), ast.parse(path.read_text(encoding="utf-8"))
        short = name.removeprefix("allmytracks.")
        read.update(read_in_part(short, tree, known))
        written.update(written_in_part(short, tree, known))
    return read, written


def test_no_field_is_forgotten() -> None:
    read, written = found()
    assert set(read) == set(READ_IN_PART), {name: read[name] for name in set(read) - set(READ_IN_PART)}
    assert set(written) == set(WRITTEN_IN_PART), {name: written[name] for name in set(written) - set(WRITTEN_IN_PART)}


@pytest.mark.parametrize(
    "source",
    ["Pair(1)", "Pair(first=1)", "def store(pair: Pair):\n    return {'first': pair.first, 'second': pair.second}"],
)
def test_a_forgotten_field_is_found(source: str) -> None:
    trio: dict[str, type[Struct]] = {"Pair": Pair}
    tree = ast.parse(source)
    assert [*read_in_part("x", tree, trio), *written_in_part("x", tree, trio)]
