"""The edge stack (infra/edge.yaml) and the root stack fit together; masters are read by signed links alone."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.factories.template import ROOT, described, read, read_template

EDGE = read(ROOT / "infra" / "edge.yaml")
RESOURCES: dict[str, dict[str, Any]] = {name: each["Properties"] for name, each in EDGE["Resources"].items()}
DISTRIBUTIONS = {name: RESOURCES[name]["DistributionConfig"] for name in ("ApiDistribution", "MediaDistribution")}


def rules() -> dict[str, dict[str, Any]]:
    return {each["Name"]: each for each in RESOURCES["Wall"]["Rules"]}


def test_what_is_somebodys_is_never_kept_at_the_edge() -> None:
    """The id is the one of AWS's own policy CachingDisabled."""
    api = DISTRIBUTIONS["ApiDistribution"]["DefaultCacheBehavior"]
    assert api["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    assert "CacheBehaviors" not in DISTRIBUTIONS["ApiDistribution"]
    assert RESOURCES["ToTheApi"]["OriginRequestPolicyConfig"]["HeadersConfig"] == {
        "HeaderBehavior": "allViewerAndWhitelistCloudFront",
        "Headers": ["CloudFront-Viewer-Address"],
    }


def test_the_api_is_behind_the_wall_and_knows_what_came_that_way() -> None:
    api = DISTRIBUTIONS["ApiDistribution"]
    assert api["WebACLId"] == {"Fn::GetAtt": ["Wall", "Arn"]}
    (origin,) = api["Origins"]
    assert origin["OriginCustomHeaders"] == [{"HeaderName": "x-edge-key", "HeaderValue": {"Ref": "EdgeKey"}}]
    root = read_template()
    assert root["Globals"]["Function"]["Environment"]["Variables"]["EDGE_KEY"] == {"Ref": "EdgeKey"}
    for parameters in (EDGE["Parameters"], root["Parameters"]):
        assert parameters["EdgeKey"]["NoEcho"] is True
    assert root["Resources"]["Api"]["Properties"]["DisableExecuteApiEndpoint"] == {"Fn::If": ["HasDomain", True, False]}


def test_signed_webhooks_are_not_counted_as_a_flood() -> None:
    left_out = rules()["floods"]["Statement"]["RateBasedStatement"]["ScopeDownStatement"]["NotStatement"]["Statement"]
    prefix = left_out["ByteMatchStatement"]["SearchString"]
    (webhooks,) = (route for each in described().values() for route in each.routes() if "webhooks" in route)
    assert webhooks == f"POST {prefix}{{provider}}"


def test_masters_are_read_by_signed_links_alone() -> None:
    media = DISTRIBUTIONS["MediaDistribution"]
    assert media["DefaultCacheBehavior"]["TrustedKeyGroups"] == [{"Ref": "Signers"}]
    assert media["Origins"][0]["OriginAccessControlId"] == {"Fn::GetAtt": ["MediaAccess", "Id"]}
    policy = read(ROOT / "infra" / "data.yaml")["Resources"]["MastersBucketPolicy"]["Properties"]["PolicyDocument"]
    (allowed,) = (each["Fn::If"][1] for each in policy["Statement"] if "Fn::If" in each)
    assert allowed["Condition"] == {"StringEquals": {"aws:SourceArn": {"Ref": "MediaDistributionArn"}}}
    assert (allowed["Action"], allowed["Resource"]["Fn::Sub"]) == ("s3:GetObject", "${MastersBucket.Arn}/tracks/*")


def test_a_file_under_another_name_is_another_answer() -> None:
    """A link's name and media type are in its query; the cache must not give one member's name to another's file."""
    kept = RESOURCES["Masters"]["CachePolicyConfig"]["ParametersInCacheKeyAndForwardedToOrigin"]
    named = {"response-content-disposition", "response-content-type"}
    assert set(kept["QueryStringsConfig"]["QueryStrings"]) == named
    signer = (ROOT / "layers/core/python/allmytracks/foundation/cloudfront_links.py").read_text(encoding="utf-8")
    assert set(re.findall(r'"(response-[a-z-]+)"', signer)) == named


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_a_distribution_speaks_tls_alone(name: str) -> None:
    config = DISTRIBUTIONS[name]
    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert config["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "https-only"


def test_every_parameter_is_used() -> None:
    text = json.dumps([EDGE["Resources"], EDGE["Conditions"]])
    unused = {name for name in EDGE["Parameters"] if f'"{name}"' not in text and f"${{{name}}}" not in text}
    assert unused == set()
