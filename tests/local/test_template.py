"""The project's own template, provided as `make run` does it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from allmytracks.foundation.http.answers import EVERYWHERE
from infra.localcloud.deployment import Deployment
from infra.localcloud.provision import provision
from tests.localcloud.aws.front import REGION, ROOT, Front, serving

PARAMETERS = {
    "Stage": "dev",
    "SiteUrl": "http://127.0.0.1:3000",
    "PublicUrl": "http://127.0.0.1:3000",
    "MailSender": "no-reply@example.com",
    "LicensorName": "Example",
    "LicensorRegistration": "1",
    "SellerAddress": "1 Street; City",
    # A key that was rotated: another one signs since.
    "LicenseKeys": "arn:aws:kms:eu-west-1:123456789012:key/new,arn:aws:kms:eu-west-1:123456789012:key/old",
}


@pytest.fixture(scope="module")
def own_front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with serving(tmp_path_factory.mktemp("product")) as front:
        yield front


@pytest.fixture(scope="module")
def product(own_front: Front) -> Deployment:
    return provision(ROOT / "template.yaml", endpoint=own_front.url, region=REGION, parameters=PARAMETERS)


def test_every_function_has_its_folder_named_as_it_is(product: Deployment) -> None:
    for name, function in product.functions.items():
        words = name.removesuffix("Function")
        assert function.folder.parent == ROOT / "functions"
        assert function.folder.name.replace("_", "") == words.lower()


def test_every_route_and_mapping_leads_to_a_function(product: Deployment) -> None:
    targets = {route.function for route in product.routes} | {one.function for one in product.queue_mappings}
    targets |= {one.function for one in product.stream_mappings} | {one.function for one in product.schedules}
    targets |= {one.function for one in product.log_subscriptions}
    targets |= {"OnSignInChallengeFunction"}  # the user pool invokes it
    assert targets == set(product.functions)


def test_operators_routes_ask_for_a_signature(product: Deployment) -> None:
    assert {route.authorizer for route in product.routes if route.payload == "1.0"} == {"iam"}
    refused = {route.refusal_headers for route in product.routes if route.payload == "1.0"}
    assert refused == {tuple(sorted(EVERYWHERE.items()))}


def test_letters_are_locked_without_anyone_asking(product: Deployment, own_front: Front) -> None:
    client, bucket = own_front.client("s3"), product.physical_ids["Data.LettersBucket"]
    version = client.put_object(Bucket=bucket, Key="letters/1.pdf", Body=b"letter")["VersionId"]
    with pytest.raises(ClientError, match="AccessDenied"):
        client.delete_object(Bucket=bucket, Key="letters/1.pdf", VersionId=version)


def test_every_function_that_signs_or_publishes_keys_has_all_of_them(product: Deployment) -> None:
    keys = PARAMETERS["LicenseKeys"]
    asking = {name: each for name, each in product.functions.items() if "LICENSE_KEY_ID" in each.environment}
    assert {"IssueLicenseFunction", "GetJwksFunction"} <= set(asking)
    for function in asking.values():
        assert function.environment["LICENSE_KEY_ID"] == keys
        allowed = [each for each in function.policy if "kms:GetPublicKey" in each.actions]
        assert [set(each.resources) for each in allowed] == [set(keys.split(","))]
