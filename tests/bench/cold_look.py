"""What a function's cold start consists of, found by running it: which services it uses, which clients they make.

python -P cold_look.py NAME
"""

from __future__ import annotations

import gc
import json
import re
import sys
from pathlib import Path
from typing import Any

from tests.bench.cold_start import build, load


def services_asked() -> list[str]:
    """The services that the loaded handler and its operators' blueprints use, from their sources."""
    found: set[str] = set()
    for name, module in list(sys.modules.items()):
        if name.startswith(("functions.", "allmytracks.operator_routes")) and module.__file__:
            found |= set(re.findall(r"\bservices\(\)\.([\w.]+)", Path(module.__file__).read_text(encoding="utf-8")))
    return sorted(each for each in found if not each.startswith("foundation.settings."))


def clients_by_hand(made: list[str]) -> list[str]:
    """The clients that hand-written code would make: one of each, and S3's where links are signed without one."""
    return sorted({*made, *(["s3"] if "allmytracks.foundation.s3_links" in sys.modules else [])})


def clients_made() -> list[str]:
    """The AWS services that this process has clients of, botocore's and our own, each as often as it has one."""
    botocore = [each.meta.service_model.service_name for each in _instances("botocore.client", "BaseClient")]
    return sorted(
        [*botocore, *(each.service.name for each in _instances("allmytracks.foundation.aws.client", "AwsClient"))]
    )


def _instances(module: str, name: str) -> list[Any]:
    if module not in sys.modules:
        return []
    base = getattr(sys.modules[module], name)
    # Of the type itself: botocore also holds weak proxies, which look like their target.
    return [each for each in gc.get_objects() if issubclass(type(each), base)]


if __name__ == "__main__":
    load(sys.argv[1])
    asked = services_asked()
    build(asked)
    made = clients_made()
    sys.stdout.write(json.dumps({"services": asked, "clients": made, "by_hand": clients_by_hand(made)}))
