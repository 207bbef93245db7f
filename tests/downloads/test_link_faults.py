"""The record of a link while DynamoDB fails: on record once and counted once, whatever failed and when."""

from __future__ import annotations

import pytest

from allmytracks.downloads.dynamodb import DownloadItem, to_item
from allmytracks.downloads.dynamodb_links import DynamoIssuedLinks
from allmytracks.downloads.rules_links import IssuedLink, NoLinksLeft
from allmytracks.foundation.aws.models import bind
from allmytracks.foundation.errors import Unavailable
from tests.factories.downloads import a_grant
from tests.factories.instants import NOW
from tests.faults.injector import EVERY_FAULT, Fault, Killed, no_faults
from tests.faults.site import DownloadSite

pytestmark = [pytest.mark.dynamodb, pytest.mark.clause("U-II.IV.9")]


@pytest.mark.parametrize("failures", [1, 2, 5, 30])
@pytest.mark.parametrize("fault", EVERY_FAULT, ids=str)
def test_a_link_is_on_record_once(site: DownloadSite, fault: Fault, failures: int) -> None:
    table = site.tables["accounts_table"]
    grant = a_grant(f"{fault} {failures}", account_id="acc-of-links")
    to_item(bind(DownloadItem, table), grant).save()
    issued = DynamoIssuedLinks(table)
    first = IssuedLink("link_1", grant.account_id, grant.download_id, NOW, "203.0.113.7", "Phone")

    site.injector.expect(lambda number, _: fault if number < failures else None)
    given = False
    try:
        issued.record(first, 2)
        given = True
    except (Unavailable, Killed):
        pass
    site.injector.expect(no_faults)
    names = [link.id for link in issued.of(grant.account_id, grant.download_id)]
    assert not given or names == [grant.download_id, "link_1"]  # no link is returned that is not on record

    issued.record(first, 2)
    issued.record(IssuedLink("link_2", grant.account_id, grant.download_id, NOW, "203.0.113.7", "Phone"), 2)
    with pytest.raises(NoLinksLeft):
        issued.record(IssuedLink("link_3", grant.account_id, grant.download_id, NOW, "203.0.113.7", "Phone"), 2)
    names = [link.id for link in issued.of(grant.account_id, grant.download_id)]
    assert names == [grant.download_id, "link_1", "link_2"]
