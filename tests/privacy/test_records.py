"""The declarations of stored records: complete, unambiguous, and such that erasure reaches what it has to remove."""

from __future__ import annotations

import boto3
import pytest

from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.aws.tables import put_where_absent
from allmytracks.foundation.records import (
    TABLES,
    Exported,
    Keep,
    Named,
    Record,
    Store,
    Whose,
    filled,
    placeholders,
)
from allmytracks.privacy.records import ALL, covering
from tests.factories.stored import undeclared_items, undeclared_objects


def values_of(record: Record) -> frozenset[str]:
    """The placeholders that an item of this kind gives values to."""
    return placeholders(record.key) | placeholders(record.sort or "") | {each.placeholder for each in record.names}


def reached() -> set[str]:
    """The kinds that a walk from an account's id finds, as privacy/use_cases/walk.py does."""
    known, found = {"account"}, set[str]()
    while True:
        new = [each for each in ALL if each.name not in found and placeholders(each.place) <= known]
        if not new:
            return found
        for each in new:
            found.add(each.name)
            known |= values_of(each)


def test_a_key_is_read_by_its_form() -> None:
    assert filled("A#{b}#{c}", {"b": "1", "c": "2"}) == "A#1#2"
    letter = next(each for each in ALL if each.name == "letter")
    assert letter.read("ACCOUNT#a", "LICENSE#AMT-1") == {"account": "a", "number": "AMT-1"}
    assert letter.read("ACCOUNT#a", "LICENSES#AMT-1") is None
    assert letter.read("ACCOUNT#a") is None
    fact = next(each for each in ALL if each.name == "payment fact")
    assert fact.read("ACCOUNT#a", "FACT#o#2026#stripe#e") == {"account": "a", "order": "o", "place": "2026#stripe#e"}


def test_every_declaration_has_a_name_of_its_own_and_stores_have_the_keys_that_they_need() -> None:
    names = [each.name for each in ALL]
    assert len(set(names)) == len(names) > 40
    for each in ALL:
        with_sort = each.store in TABLES - {Store.COUNTERS}
        assert (each.sort is not None) is with_sort, each.name


@pytest.mark.clause("P-manage.access")
@pytest.mark.clause("P-storage")
def test_what_erasure_changes_is_reached_from_the_account() -> None:
    to_reach = {each.name for each in ALL if each.whose is Whose.ACCOUNT and not isinstance(each.erasure, Keep)}
    assert to_reach <= reached()
    exported = {each.name for each in ALL if isinstance(each.export, Exported)}
    assert exported <= reached()


def test_what_is_exported_is_the_accounts() -> None:
    assert all(each.whose is Whose.ACCOUNT for each in ALL if isinstance(each.export, Exported))
    assert all(isinstance(named, Named) for each in ALL for named in each.names)


@pytest.mark.clause("P-storage")
def test_what_no_declaration_covers_is_found(accounts_table: Table) -> None:
    client = boto3.client("dynamodb", endpoint_url=accounts_table.endpoint)
    key = {"pk": {"S": "ACCOUNT#a"}, "sk": {"S": "DIARY#1"}}
    put_where_absent(accounts_table, key)
    assert undeclared_items(client, "AccountsTable", accounts_table.name) == ["accounts table: ACCOUNT#a DIARY#1"]
    client.delete_item(TableName=accounts_table.name, Key={name: {"S": value["S"]} for name, value in key.items()})
    client.close()
    assert undeclared_objects(["letters/AMT-1.pdf", "diaries/1.txt"]) == ["diaries/1.txt"]
    assert not covering(Store.ACCOUNTS, "ACCOUNT#a", "DIARY#1")
