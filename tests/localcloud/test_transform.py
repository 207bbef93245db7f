"""The transform of a template is kept between runs, and what is found again is what it would be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from infra.localcloud.npm import default_cache
from infra.localcloud.transform import load, load_once

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String}
  Url: {Type: String}
  UrlOfMail: {Type: String}
Resources:
  HelloFunction:
    Type: AWS::Serverless::Function
    Properties:
      Handler: handler.handle
      Runtime: python3.13
      CodeUri: functions/hello
      MemorySize: 512
      Environment:
        Variables:
          STAGE: !Ref Stage
          URL: !Ref Url
      Events:
        Hello: {Type: HttpApi, Properties: {ApiId: !Ref Api}}
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      CorsConfiguration: {AllowOrigins: [!Ref Url, !Ref UrlOfMail]}
"""
FIRST = {"Stage": "dev", "Url": "http://127.0.0.1:4001", "UrlOfMail": "http://127.0.0.1:4002"}
SECOND = {"Stage": "dev", "Url": "http://127.0.0.1:5001", "UrlOfMail": "http://127.0.0.1:5002"}
REGION = "ap-east-1"


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE)
    return path


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return default_cache() / "transformed"


def test_what_is_found_again_is_what_was_made(template: Path, cache: Path) -> None:
    made = load(template, FIRST, REGION)
    (kept,) = cache.iterdir()
    assert load(template, FIRST, REGION) == made
    assert list(cache.iterdir()) == [kept]


@pytest.mark.parametrize("ids", [FIRST, SECOND])
def test_the_next_start_with_other_addresses_is_as_transformed_with_them(
    template: Path, cache: Path, ids: dict[str, str]
) -> None:
    load_once(template, FIRST, REGION)
    (kept,) = cache.iterdir()
    found = load_once(template, ids, REGION)
    assert list(cache.iterdir()) == [kept]
    assert found == load(template, ids, REGION)
    api = found.body["Resources"]["Api"]["Properties"]["Body"]
    assert api["x-amazon-apigateway-cors"]["allowOrigins"] == [ids["Url"], ids["UrlOfMail"]]


@pytest.mark.parametrize("changed", ["source", "parameter", "region"])
def test_another_input_is_transformed_by_itself(template: Path, cache: Path, changed: str) -> None:
    load_once(template, FIRST, REGION)
    if changed == "source":
        template.write_text(TEMPLATE.replace("512", "1024"))
    parameters = {**FIRST, "Stage": "prod"} if changed == "parameter" else FIRST
    region = "eu-west-1" if changed == "region" else REGION
    found = load_once(template, parameters, region)
    assert len(list(cache.iterdir())) == 2
    assert found == load(template, parameters, region)


def test_what_was_used_longest_ago_is_deleted(template: Path, cache: Path) -> None:
    cache.mkdir(parents=True)
    for nth in range(70):
        (cache / f"{nth}.json").write_text("{}")
        os.utime(cache / f"{nth}.json", (nth, nth))
    load(template, FIRST, REGION)
    left = {each.name for each in cache.iterdir()}
    assert len(left) == 60
    assert "69.json" in left
    assert "10.json" not in left
