"""Devices and recordings below /_local: registering a device as the operator would, making a recording old."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
from werkzeug.wrappers import Request, Response

from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.storage.dynamodb_recordings import RECORDING, SWEEP, USAGE
from allmytracks.storage.rules_devices import hash_of_claim
from infra.localcloud.credentials import MACHINERY, SECRET
from infra.localcloud.deployment import Deployment
from infra.ops.client import connect
from infra.ops.errors import OpsError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

DEVICES = "/_local/devices"
_AGE = re.compile(r"/_local/recordings/(rec_[0-9a-f]{26})/age")


class LocalDevices:
    """A WSGI application for these two; other paths go to `others`. `url` is the local cloud's."""

    def __init__(self, url: str, deployment: Deployment, endpoint: str, others: WSGIApplication) -> None:
        self._operators = f"{url.rstrip('/')}/ops"
        self._table = deployment.physical_ids["Data.RecordingsTable"]
        self._dynamodb = boto3.client(
            "dynamodb",
            endpoint_url=endpoint,
            region_name=deployment.region,
            aws_access_key_id=MACHINERY,
            aws_secret_access_key=SECRET,
        )
        self._others = others

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (WSGI)."""
        request = Request(environ)
        aged = _AGE.fullmatch(request.path)
        if request.method != "POST" or (request.path != DEVICES and aged is None):
            return self._others(environ, start_response)
        given = request.get_json(force=True, silent=True)
        named = given if isinstance(given, dict) else {}
        answer = self._register(named) if aged is None else self._age(aged[1], named)
        return answer(environ, start_response)

    def _register(self, named: dict[str, Any]) -> Response:
        serial, code, model = (str(named.get(name, "")) for name in ("serial", "claim_code", "model"))
        device = {"serial": serial, "model": model or "Camera", "claim_hash": hash_of_claim(serial, code)}
        with contextlib.closing(connect(self._operators)) as operators:
            try:
                answer = operators.call("POST", "/devices", json={"items": [device]})
            except OpsError as error:
                return _json({"code": error.code, "message": str(error)}, error.status or 502)
        return _json(answer["items"][0], 200)

    def _age(self, recording_id: str, named: dict[str, Any]) -> Response:
        days = named.get("days")
        if not isinstance(days, int | float):
            return _json({"message": "give days (a number)"}, 400)
        sort = {":sk": {"S": f"{RECORDING}{recording_id}"}}
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=self._table, FilterExpression="sk = :sk", ExpressionAttributeValues=sort
        )
        found = [item for page in pages for item in page["Items"]]
        if not found:
            return _json({"message": "there is no such recording"}, 404)
        (item,) = found
        now = datetime.now(UTC)
        started = rfc3339(min(parse_rfc3339(item["started_at"]["S"]), now) - timedelta(days=days))
        device = item["device_id"]["S"]
        self._set(item["pk"], item["sk"], started_at=started, by_time=f"{device}#{started}#{recording_id}")
        self._set(item["pk"], {"S": f"{USAGE}{device}"}, sweep_key=SWEEP, sweep_at=rfc3339(now))
        return _json({"recording_id": recording_id, "started_at": started}, 200)

    def _set(self, pk: Any, sk: Any, **values: str) -> None:
        self._dynamodb.update_item(
            TableName=self._table,
            Key={"pk": pk, "sk": sk},
            UpdateExpression="SET " + ", ".join(f"{name} = :{name}" for name in values),
            ExpressionAttributeValues={f":{name}": {"S": value} for name, value in values.items()},
        )


def _json(body: object, status: int) -> Response:
    return Response(json.dumps(body), status, mimetype="application/json")
