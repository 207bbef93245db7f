"""The roles inside a capability, as a contract of import-linter: which file may import which, by its name."""

from __future__ import annotations

from typing import Any

from importlinter import Contract, ContractCheck, fields, output

# By the first word of a file's name; everything else is an adapter: one AWS service, provider or format a file.
ROLES = {
    "rules": "rules",
    "events": "rules",
    "ports": "ports",
    "published": "published",
    "bodies": "published",
    "use_cases": "use_cases",
    "schemas": "edge",
    "page": "edge",
    "pages": "edge",
    "csv": "edge",
    "rate": "edge",
    "streams": "edge",
    "http": "edge",
    "queues": "edge",
    "logs": "edge",
    "observability": "edge",
    "wiring": "wiring",
}
# The foundation has no capability's roles; these of its modules count as rules and ports.
PURE_FOUNDATION = {
    "errors": "rules",
    "first_use": "rules",
    "instants": "rules",
    "countries": "rules",
    "csv_cells": "rules",
    "money": "rules",
    "wrong_values": "rules",
    "events": "rules",
    "forms": "rules",
    "paging": "rules",
    "records": "rules",
    "links": "ports",
    "messages": "ports",
    "time_and_ids": "ports",
}
# What each role may import of others, in its own capability and in those below it.
MAY_IMPORT = {
    "rules": {"rules"},
    "ports": {"rules", "ports"},
    "published": {"rules", "ports", "published"},
    "use_cases": {"rules", "ports", "published", "use_cases"},
    "adapters": {"rules", "ports", "published", "use_cases", "adapters"},
    "edge": {"rules", "ports", "published", "use_cases", "adapters", "edge"},
    "wiring": {"rules", "ports", "published", "use_cases", "adapters", "edge", "wiring"},
}
PURE = {"rules", "ports", "published", "use_cases"}


def role_of(module: str) -> str:
    """The role of a module of the product, from its dotted name; "" for a module without a role."""
    parts = module.split(".")[1:]
    if len(parts) < 2 or parts[0] == "operator_routes":
        return ""
    if parts[0] == "foundation" and parts[1] in PURE_FOUNDATION:
        return PURE_FOUNDATION[parts[1]]
    for part in parts[1:]:
        word = part if part == "use_cases" else part.split("_")[0]
        if word in ROLES:
            return ROLES[word]
    return "adapters"


class RoomsContract(Contract):
    """Modules import only what their role may, and the pure roles none of `forbidden`.

    `packages` are the capabilities. Each broken import is reported.
    """

    packages: Any = fields.ListField(subfield=fields.StringField())
    forbidden: Any = fields.SetField(subfield=fields.StringField())

    def check(self, graph: Any, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001 - import-linter's signature
        """Checks every import of the capabilities."""
        packages: list[str] = list(self.packages)
        forbidden: set[str] = set(self.forbidden)
        broken = []
        for importer in sorted(m for m in graph.modules if in_any(m, packages)):
            role = role_of(importer)
            if not role or importer in packages:
                continue
            for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                other = role_of(imported) if in_any(imported, packages) else ""
                if (other and other not in MAY_IMPORT[role]) or (role in PURE and imported.split(".")[0] in forbidden):
                    broken.append(f"{importer} ({role}) imports {imported} ({other or 'not for pure roles'})")
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Prints each forbidden import."""
        for line in check.metadata["broken"]:
            output.print_error(line)


def in_any(module: str, packages: list[str]) -> bool:
    """Whether a module is one of these packages or inside one."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)
