"""Provides what a template describes in the local cloud, and returns the description that the gateway and the pollers
run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import urllib3

from infra.localcloud.deployment import Deployment, Function
from infra.localcloud.provision import functions, routes
from infra.localcloud.provision.resources import Cloud, ProvisionError
from infra.localcloud.provision.stack import Stack


def provision(
    template: Path, *, endpoint: str, region: str, parameters: Mapping[str, str], name: str = "local"
) -> Deployment:
    """Create with boto3, at `endpoint`, everything that the template and its nested stacks describe.

    `name` is the root stack's. The AWS front also gets the functions' policies, and enforces them from then on.

    Raises TemplateError or ProvisionError, naming the resource, on anything unsupported.
    """
    cloud = Cloud(endpoint, region)
    stack = Stack(cloud, template, parameters, name=name)
    stack.provide()
    queue_mappings, stream_mappings = functions.mappings(cloud)
    issuer, audiences = routes.jwt(cloud)
    found = functions.functions(cloud)
    _publish_policies(endpoint, found)
    return Deployment(
        region=region,
        account_id=cloud.account_id,
        functions=found,
        routes=routes.routes(cloud),
        cors=routes.cors(cloud),
        queue_mappings=queue_mappings,
        stream_mappings=stream_mappings,
        schedules=functions.schedules(cloud),
        log_subscriptions=functions.log_subscriptions(cloud),
        jwt_issuer=issuer,
        jwt_audiences=audiences,
        outputs=stack.outputs(),
        physical_ids={path: resource.created.ref for path, resource in cloud.resources.items()},
        parameters={name: str(value) for name, value in stack.parameters.items()},
        operator_policies=functions.policies_for_people(cloud),
    )


def _publish_policies(endpoint: str, found: Mapping[str, Function]) -> None:
    policies = {name: [asdict(statement) for statement in function.policy] for name, function in found.items()}
    answer = urllib3.request("PUT", f"{endpoint}/_front/policies", body=json.dumps(policies).encode())
    if answer.status != 200:
        raise ProvisionError(f"{endpoint} did not take the functions' policies: {answer.status}")
