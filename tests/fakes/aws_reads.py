"""AWS as something that is read: answers by operation, held to botocore's own models.

A parameter or a field that AWS does not document fails the test, as the service itself would refuse it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from botocore.exceptions import ClientError
from botocore.model import ServiceModel
from botocore.session import Session
from botocore.validate import validate_parameters

Answer = Mapping[str, Any] | Callable[..., Mapping[str, Any]]


@dataclass
class ReadAws:
    """`answers` by (service, operation): what is answered, or a function of the parameters."""

    answers: dict[tuple[str, str], Answer]
    called: set[tuple[str, str]] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)

    def __call__(self, service: str, operation: str, /, **parameters: object) -> dict[str, Any]:
        model = _service(service).operation_model(operation)
        if model.input_shape is not None:
            validate_parameters(parameters, model.input_shape)
        self.called.add((service, operation))
        if operation in self.refused:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "not authorized"}}, operation)
        found = self.answers[service, operation]
        answer = dict(found(**parameters) if callable(found) else found)
        if model.output_shape is not None:
            validate_parameters(answer, model.output_shape)
        return answer


@cache
def _service(name: str) -> ServiceModel:
    return Session().get_service_model(name)
