"""Reads a template and its nested templates, and runs AWS's own SAM transform on them, offline."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import yaml
from samtranslator.internal.managed_policies import get_bundled_managed_policy_map
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from infra.localcloud.intrinsics import TemplateError
from infra.localcloud.template_yaml import parse as parse_template

SERVERLESS = "AWS::Serverless-2016-10-31"
# Where the transform expects uploaded artefacts; the local cloud runs the folders themselves.
_ARTEFACTS = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


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
    try:
        translator = Translator(None, Parser(), boto_session=boto3.session.Session(region_name=region))
        body = translator.translate(source, values, get_managed_policy_map=_bundled_policies)
        translator.metrics.publish()  # to nobody; otherwise it warns of them at its end
    except InvalidDocumentException as error:
        reasons = "; ".join(str(cause.message) for cause in error.causes)
        raise TemplateError(f"{path}: {reasons}") from error
    # Through JSON: the transform leaves its own dict and str types.
    return Template(path, json.loads(json.dumps(body)), folders)


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
