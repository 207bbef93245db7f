"""Runs the AWS front as a process: `python -m infra.localcloud.front --port 3001 --clock FILE --calls FILE …`."""

from __future__ import annotations

import argparse
import contextlib
import logging
import signal
import sys
from pathlib import Path

from infra.localcloud.front.app import Front
from infra.localcloud.serving import Server


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(prog="infra.localcloud.front")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--clock", type=Path, required=True, help="the local clock's file")
    parser.add_argument("--calls", type=Path, required=True, help="the record of AWS calls, a JSON line each")
    parser.add_argument("--region", required=True)
    parser.add_argument("--dynamodb", help="DynamoDB Local's address; moto stands in without it")
    parser.add_argument("--lambda", dest="functions", help="Lambda's address, for the functions of user pools")
    parser.add_argument("--kept", type=Path, help="the file of what the front kept of the last run")
    arguments = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = Front(
        region=arguments.region,
        clock_file=arguments.clock,
        record=arguments.calls,
        dynamodb=arguments.dynamodb,
        functions=arguments.functions,
        kept_file=arguments.kept,
    )
    server = Server(arguments.port, app, max_body_bytes=None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    main()
