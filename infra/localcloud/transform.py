"""Reads a template and its nested templates, and runs AWS's own SAM transform on them, offline."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import boto3
import yaml
from samtranslator.internal.managed_policies import get_bundled_managed_policy_map
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from infra.localcloud.intrinsics import TemplateError
from infra.localcloud.npm import default_cache
from infra.localcloud.template_yaml import parse as parse_template

SERVERLESS = "AWS::Serverless-2016-10-31"
# Where the transform expects uploaded artefacts; the local cloud runs the folders themselves.
_ARTEFACTS = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}
# Parameters of this length hold ids and addresses; what the transform decides by (a stage, a switch) is shorter.
_DRAWN = 16
# How many results are kept: about 2 MB each.
_KEPT = 60


@dataclass(frozen=True, slots=True)
class Template:
    """A template after the transform; `folders` are the local source folders by logical id of function or layer."""

    path: Path
    body: Mapping[str, Any]
    folders: Mapping[str, Path]


def load(path: Path, parameters: Mapping[str, str], region: str) -> Template:
    """The template at `path`, transformed; raises TemplateError when it cannot be read or the transform refuses it."""
    try:
        # Through JSON: an unquoted policy version is a date in YAML, a text in CloudFormation.
        source = json.loads(json.dumps(parse_template(path.read_text(encoding="utf-8")), default=str))
    except FileNotFoundError:
        raise TemplateError(f"{path}: there is no such template") from None
    except yaml.YAMLError as error:
        raise TemplateError(f"{path}: {error}") from error
    folders = _take_folders(source, path.parent)
    transforms = source.get("Transform", [])
    wanted = [transforms] if isinstance(transforms, str) else transforms
    if unknown := [name for name in wanted if name != SERVERLESS]:
        raise TemplateError(f"{path}: the transform {unknown[0]} is not known to the local cloud")
    if not wanted:
        return Template(path, source, folders)
    declared = source.get("Parameters", {})
    values = {name: text for name, text in parameters.items() if name in declared}
    # Through JSON: the transform leaves its own dict and str types.
    return Template(path, json.loads(_translated(path, source, values, region)), folders)


def load_once(path: Path, parameters: Mapping[str, str], region: str) -> Template:
    """As `load`, but transformed with names in place of the ids and addresses that are drawn at each start of a local
    cloud, so that the next start finds the result in the cache. Hashes in logical ids are then of the names.
    """
    names = {f"value-of-{name}": text for name, text in parameters.items() if len(text) >= _DRAWN}
    named = load(path, {n: f"value-of-{n}" if f"value-of-{n}" in names else t for n, t in parameters.items()}, region)
    return replace(named, body=_replaced(named.body, names))


def _replaced(value: Any, names: Mapping[str, str]) -> Any:
    """A copy with the values in place of their names, the longest name first: one may begin another."""
    if isinstance(value, dict):
        return {key: _replaced(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, names) for inner in value]
    if isinstance(value, str) and "value-of-" in value:
        for name in sorted(names, key=len, reverse=True):
            value = value.replace(name, names[name])
    return value


def _translated(path: Path, source: dict[str, Any], values: Mapping[str, str], region: str) -> str:
    """The transformed template in JSON. The transform copies the whole API at each route of it, which takes seconds: a
    result is kept in the user's cache for the next run of the same input.
    """
    given = json.dumps([version("aws-sam-translator"), source, values, region], sort_keys=False)
    kept = default_cache() / "transformed" / f"{hashlib.sha256(given.encode()).hexdigest()}.json"
    try:
        found = kept.read_text(encoding="utf-8")
        os.utime(kept)  # unlike touch(), makes no empty file where another run deleted it
    except FileNotFoundError:
        found = json.dumps(_translate(path, source, values, region))
        _keep(kept, found)
    return found


def _keep(place: Path, text: str) -> None:
    """Atomically: a concurrent run finds all of it or nothing. The results used longest ago are deleted."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(temporary).replace(place)
    with suppress(FileNotFoundError):  # a concurrent run deletes them as well
        for each in sorted(place.parent.glob("*.json"), key=lambda one: one.stat().st_mtime_ns)[:-_KEPT]:
            each.unlink(missing_ok=True)


def _translate(path: Path, source: dict[str, Any], values: Mapping[str, str], region: str) -> Any:
    try:
        translator = Translator(None, Parser(), boto_session=boto3.session.Session(region_name=region))
        body = translator.translate(source, dict(values), get_managed_policy_map=_bundled_policies)
        translator.metrics.publish()  # to nobody; otherwise it warns of them at its end
    except InvalidDocumentException as error:
        reasons = "; ".join(str(cause.message) for cause in error.causes)
        raise TemplateError(f"{path}: {reasons}") from error
    return body


def _bundled_policies() -> dict[str, str]:
    """The AWS managed policies that the transform's package carries: no call to IAM."""
    return dict(get_bundled_managed_policy_map("aws") or {})


def _take_folders(source: dict[str, Any], base: Path) -> dict[str, Path]:
    """Put an uploaded artefact's address in each place that names a local folder, and return the folders."""
    folders: dict[str, Path] = {}
    shared = source.get("Globals", {}).get("Function", {}).pop("CodeUri", None)
    for logical_id, resource in source.get("Resources", {}).items():
        name = _ARTEFACTS.get(resource.get("Type"))
        if name is None:
            continue
        properties = resource.setdefault("Properties", {})
        folder = properties.get(name, shared if name == "CodeUri" else None)
        if not isinstance(folder, str):
            raise TemplateError(f"{logical_id} ({resource['Type']}): {name} must name a local folder")
        folders[logical_id] = (base / folder).resolve()
        properties[name] = f"s3://local/{logical_id}"
    return folders
