"""What was published outlives the code: a field, watch or row of another version breaks no reading (M-II.9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from allmytracks.accounts.published_agreements import check_agreement, published_agreements
from allmytracks.accounts.published_names import check_name_rules, published_name_rules
from allmytracks.enforcement.published import check_fraud_rules, published_fraud_rules
from allmytracks.enforcement.rules_fraud import Suspicion
from allmytracks.enforcement.rules_sightings import Sighting, Watched, judge
from allmytracks.foundation.errors import InvalidFields
from allmytracks.memberships.published import check_plans, published_price_lists
from allmytracks.payments.orders.published import check_taxes, published_tax_tables
from allmytracks.publishing.ports import Publication, Publications
from allmytracks.signing.published import check_certificates, published_certificate_chains
from tests.factories import enforcement as fraud_samples
from tests.factories.accounts import agreement_publication
from tests.factories.instants import NOW, PUBLISHED_AT
from tests.factories.memberships import plans_publication
from tests.factories.payments import taxes_publication
from tests.factories.signing import certificates_publication
from tests.fakes.publishing import MemoryPublications

NAME_RULES = Publication("name-rules", "n1", PUBLISHED_AT, {"prohibited": ["admin"], "allowed": []})
# Of each kind that is published: one, its check, what reads it.
KINDS: list[tuple[Publication, Callable[[Publication], None], Callable[[Publications], object]]] = [
    (plans_publication(), check_plans, published_price_lists),
    (taxes_publication(("DE", "VAT", "19", True)), check_taxes, published_tax_tables),
    (agreement_publication("user-agreement"), check_agreement, published_agreements),
    (NAME_RULES, check_name_rules, published_name_rules),
    (fraud_samples.publication(), check_fraud_rules, lambda read: published_fraud_rules(read, NOW)),
    (certificates_publication(), check_certificates, lambda read: published_certificate_chains(read, NOW)),
]


@pytest.mark.parametrize(("publication", "check", "read"), KINDS, ids=[kind[0].kind for kind in KINDS])
def test_a_field_of_a_later_version_is_read_over_and_not_published_by_this_one(
    publication: Publication, check: Callable[[Publication], None], read: Callable[[Publications], object]
) -> None:
    later = replace(publication, body=_with_a_field(dict(publication.body)))
    check(publication)
    with pytest.raises(InvalidFields) as refused:
        check(later)
    assert all("no_such_field" in problem.message for problem in refused.value.problems)
    assert read(MemoryPublications([later])) == read(MemoryPublications([publication]))


def _with_a_field(body: dict[str, Any]) -> dict[str, Any]:
    """With a further field in the body and in every object of its lists."""
    inner = {
        name: [_with_a_field(each) if isinstance(each, dict) else each for each in value]
        for name, value in body.items()
        if isinstance(value, list)
    }
    return {**body, **inner, "no_such_field": 1}


@pytest.mark.clause("M-III.5.fraud")
def test_a_watch_that_this_version_does_not_know_watches_nothing_and_neither_does_one_that_is_missing() -> None:
    published = fraud_samples.publication()
    watches: Any = published.body["watches"]
    known = {name: watch for name, watch in watches.items() if name != Suspicion.MANY_DEVICES}
    changed = replace(published, body={**published.body, "watches": {**known, "humming": watches["many_links"]}})
    rules = published_fraud_rules(MemoryPublications([changed]), NOW)
    assert rules is not None
    assert set(rules.watches) == set(Suspicion) - {Suspicion.MANY_DEVICES}
    with pytest.raises(InvalidFields):
        check_fraud_rules(changed)
    seen = Sighting("s-1", NOW, is_link=False, network=None, device=None, by_tool=False)
    assert judge(Watched(), [seen], replace(rules, watches={})).findings == ()
