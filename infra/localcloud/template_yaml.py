"""Templates of CloudFormation as YAML, with the short forms of intrinsic functions, read by libyaml.

SAM's own reader is in Python and needs ten times as long: seconds for a template of this size.
"""

from __future__ import annotations

import pickle
from functools import lru_cache
from typing import Any

import yaml
from samtranslator.yaml_helper import intrinsics_multi_constructor


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # libyaml may be missing
    """The safe loader, with tags such as `!Ref`."""


_Loader.add_multi_constructor("!", intrinsics_multi_constructor)


@lru_cache(maxsize=64)
def _read(text: str) -> bytes:
    """Pickled: to copy a template takes a twentieth of the time that it takes to read it."""
    return pickle.dumps(yaml.load(text, Loader=_Loader))  # noqa: S506 - derived from the safe one


def parse(text: str) -> dict[str, Any]:
    """The template as a dict of its own. Raises yaml.YAMLError."""
    found: dict[str, Any] = pickle.loads(_read(text))  # noqa: S301 - made above
    return found
