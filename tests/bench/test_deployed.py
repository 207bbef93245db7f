from __future__ import annotations

from tests.bench.deployed import hidden, shipped
from tests.bench.world import ROOT

LOCK = {
    "package": [
        {
            "name": "allmytracks",
            "dependencies": [{"name": "web"}, {"name": "crypto", "extra": ["keys"]}],
            "optional-dependencies": {"documents": [{"name": "pdf"}], "ops": [{"name": "cli"}]},
        },
        {"name": "web", "dependencies": [{"name": "sockets"}]},
        {"name": "sockets"},
        {"name": "crypto", "optional-dependencies": {"keys": [{"name": "vault"}], "more": [{"name": "unused"}]}},
        {"name": "vault", "dependencies": [{"name": "crypto"}]},
        {"name": "unused"},
        {"name": "pdf"},
        {"name": "cli"},
    ]
}


def test_layers_ship_dependencies_and_theirs_and_the_extras_that_these_ask_for() -> None:
    everywhere = {"allmytracks", "web", "sockets", "crypto", "vault"}
    assert shipped(LOCK, documents=False) == everywhere
    assert shipped(LOCK, documents=True) == {*everywhere, "pdf"}


def test_tools_are_hidden_and_what_functions_import_is_not() -> None:
    found = set(hidden(ROOT / "uv.lock", documents=True))
    assert found >= {"pytest", "moto", "httpx", "rich", "numpy"}
    assert not found & {
        "boto3",
        "stripe",
        "requests",
        "pynamodb",
        "msgspec",
        "typst",
        "pyhanko",
        "allmytracks",
        "functions",
    }
    # The payments' library tries aiohttp, which comes with what makes letters.
    assert set(hidden(ROOT / "uv.lock", documents=False)) >= {"aiohttp", "pyhanko", "typst"}
