"""Fills a fresh local cloud: the publications of config/ and the demo catalogue, by the operators' use cases.

It runs in a process of its own, because the functions' code reads its environment.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.local.demo import make
from infra.localcloud.credentials import MACHINERY, SECRET
from infra.localcloud.deployment import Deployment

ROOT = Path(__file__).resolve().parents[2]
# Cached between starts: it depends only on its own sources.
DEMO = ROOT / ".local" / "demo"
PUBLICATIONS = {
    kind: f"{kind}.toml"
    for kind in (
        "plans",
        "agreements",
        "consents",
        "processors",
        "name-rules",
        "fraud-rules",
        "taxes",
        "storage-packages",
        "synonyms",
    )
}
# Their variables are what the use cases below read.
FUNCTIONS = (
    "OpsApiFunction",
    "OnCatalogChangedFunction",
    "IssueLicenseFunction",
    "EveryHourPublishStatusListFunction",
)
# Older than any licence here, so that the local clock may be moved back as well.
CERTIFIED_SINCE = datetime(2020, 1, 1, tzinfo=UTC)


def seed(deployment: Deployment, endpoint: str, *, demo: bool = True) -> Mapping[str, Any]:
    """Publishes config/*.toml and a status list, imports the demo catalogue, indexes it. Raises StartError.

    Tells how many `tracks` there are.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    for name in FUNCTIONS:
        environment |= deployment.functions[name].environment
    environment |= {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": deployment.region,
        "AWS_DEFAULT_REGION": deployment.region,
        "AWS_ACCESS_KEY_ID": MACHINERY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    command = [sys.executable, "-m", "infra.local.seed", *(["--demo"] if demo else [])]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - words of ours
    if done.returncode != 0:
        from infra.localcloud.cloud import StartError  # noqa: PLC0415 - the loading process does not need it

        raise StartError(f"The local cloud could not be filled:\n{done.stderr.strip() or done.stdout.strip()}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def main() -> int:
    """The loading process."""
    making = threading.Thread(target=make, args=(DEMO,)) if "--demo" in sys.argv[1:] else None
    if making is not None:
        making.start()  # numbers are crunched while the libraries load
    import httpx  # noqa: PLC0415 - see above

    from allmytracks.foundation.instants import rfc3339  # noqa: PLC0415 - as above
    from allmytracks.wiring import services  # noqa: PLC0415 - as above
    from functions.ops_api.handler import app  # noqa: PLC0415 - as above
    from infra.ops.certifying import self_signed  # noqa: PLC0415 - as above
    from infra.ops.importing import Importer  # noqa: PLC0415 - as above
    from infra.ops.in_process import in_process_client  # noqa: PLC0415 - as above
    from infra.ops.preparing import Wishes  # noqa: PLC0415 - as above
    from infra.ops.publications import publications_in  # noqa: PLC0415 - as above

    client = in_process_client(app, httpx.Client(trust_env=False, timeout=60))
    for kind, file in PUBLICATIONS.items():
        for publication in publications_in(ROOT / "config" / file):
            client.call("POST", "/publications", json={"kind": kind, **publication})
    certificate = self_signed(
        services().signing.keys, "AllMyTracks (local test certificate)", "AllMyTracks", "HK", CERTIFIED_SINCE, 36500
    )
    test_chain = {"version": "local", "effective_at": rfc3339(CERTIFIED_SINCE), "body": {"chain": certificate}}
    client.call("POST", "/publications", json={"kind": "certificates", **test_chain})
    services().licenses.states.publish_status_list()  # the schedule's first run is in an hour
    if making is not None:
        making.join()
        summary = Importer(client, Wishes()).run(make(DEMO), "demo")
        if summary.refused:
            sys.stderr.write(f"the demo catalogue was refused in part: {summary.refused}\n")
            return 1
    sys.stdout.write(
        json.dumps({"tracks": services().catalogue.search_index.rebuild(services().catalogue.tracks)}) + "\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
