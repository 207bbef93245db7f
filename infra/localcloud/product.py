"""What a product adds to the local cloud: its name, its switches, its seed data, its routes below /_local."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from werkzeug.exceptions import NotFound

from infra.localcloud.control import Machinery
from infra.localcloud.deployment import Deployment
from infra.localcloud.events import Answer, Request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class Product(Protocol):
    """`load` or `resume`, `answers`, `close`, `kept` are called once each, in this order, in one process."""

    @property
    def name(self) -> str:
        """The name of the root stack: physical names begin with it."""

    @property
    def switches(self) -> Mapping[str, str]:
        """Switches of /_local/limits beside `throttling`, or of that name, with the environment variable of each.

        Functions that declare the variable get `on` or `off` in it.
        """

    @property
    def libraries(self) -> Sequence[str]:
        """Modules that most functions import, other than the product's own: imported once for all."""

    def load(self, deployment: Deployment, endpoint: str) -> Mapping[str, Any]:
        """Fill the stores, at the AWS `endpoint`, before any function runs.

        Returns what GET /_local/ready tells of it. Raises StartError when it cannot.
        """

    def resume(self, deployment: Deployment, endpoint: str, kept: Any) -> Mapping[str, Any]:
        """In the place of `load`, where the stores are as an earlier run left them, and `kept` is what it gave."""

    def kept(self) -> object:
        """What `resume` needs, as pickle can write it."""

    def answers(self, machinery: Machinery) -> WSGIApplication:
        """The application for other paths below /_local."""

    def page(self, request: Request) -> Answer | None:
        """The page or file of a website at a path that is no route; None where there is none."""

    def close(self) -> None:
        """End what it started."""


class Bare:
    """No product: a template alone."""

    name = "local"
    switches: Mapping[str, str] = {}
    libraries: Sequence[str] = ()

    def load(self, _deployment: Deployment, _endpoint: str) -> Mapping[str, Any]:
        """Load nothing."""
        return {}

    def resume(self, _deployment: Deployment, _endpoint: str, _kept: Any) -> Mapping[str, Any]:
        """Load nothing."""
        return {}

    def kept(self) -> object:
        """Keep nothing."""
        return None

    def answers(self, _machinery: Machinery) -> WSGIApplication:
        """Answer 404 to everything."""
        return NotFound()

    def page(self, _request: Request) -> Answer | None:
        """Have no website."""
        return None

    def close(self) -> None:
        """Nothing was started."""
