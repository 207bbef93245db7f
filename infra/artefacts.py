"""Checks that the artefacts of `sam build` will run on Lambda: `python -m infra.artefacts [STAGE]`.

They are built for another platform, so files are read instead of imported.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

LAYERS = ("CoreLayer", "VendorLayer", "DocumentsLayer")
ELF_MAGIC = b"\x7fELF"
ELF_MACHINE = slice(18, 20)
AARCH64 = (183).to_bytes(2, "little")
LONGEST_UNZIPPED = 250 * 1024 * 1024  # Lambda's limit for a function with all its layers
LAMBDA = {
    "extra": "",
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "aarch64",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "python_full_version": "3.13.0",
    "python_version": "3.13",
    "sys_platform": "linux",
}
# What only chalice's command line imports (layers/artefact.mk leaves it out).
COMMAND_LINE_OF = {"chalice": {"click", "inquirer", "pip", "pyyaml", "setuptools", "wheel"}}
OURS = {"allmytracks"}


def problems(build: Path, functions: Path) -> list[str]:
    """One sentence for each problem that would fail on Lambda; `functions` is the folder of the functions' sources."""
    missing = [f"{layer} was not built" for layer in LAYERS if not (build / layer / "python").is_dir()]
    if missing:
        return missing
    folders = [build / layer / "python" for layer in LAYERS]
    found = [*_foreign_binaries(folders), *_foreign_wheels(folders), *_absent_requirements(folders)]
    found += _absent_imports(folders, [folders[0] / "allmytracks", functions])
    total = sum(size(build / layer) for layer in LAYERS)
    if total > LONGEST_UNZIPPED:
        found.append(f"the layers hold {total} bytes, and Lambda takes {LONGEST_UNZIPPED}")
    return sorted(found)


def size(folder: Path) -> int:
    """The bytes of all files below `folder`."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _foreign_binaries(folders: Sequence[Path]) -> Iterator[str]:
    for path in (path for folder in folders for path in folder.rglob("*.so*")):
        with path.open("rb") as file:
            head = file.read(ELF_MACHINE.stop)
        if not head.startswith(ELF_MAGIC) or head[ELF_MACHINE] != AARCH64:
            yield f"{path} is no aarch64 library"
        tag = re.search(r"\.(cpython-\w+)", path.name)
        if tag and not tag.group(1).startswith("cpython-313"):
            yield f"{path} is for {tag.group(1)}, not for Python 3.13"


def _foreign_wheels(folders: Sequence[Path]) -> Iterator[str]:
    for distribution in _distributions(folders):
        tags = re.findall(r"^Tag: (\S+)$", distribution.read_text("WHEEL") or "", re.MULTILINE)
        if not any(_runs_on_lambda(tag) for tag in tags):
            yield f"{distribution.name} is built for {', '.join(tags)}"


def _runs_on_lambda(tag: str) -> bool:
    _, _, _, parsed = parse_wheel_filename(f"name-1-{tag}.whl")
    return any(
        (one.platform == "any" or (one.platform.endswith("_aarch64") and "linux" in one.platform))
        and (one.abi in {"none", "cp313"} or (one.abi == "abi3" and one.interpreter.startswith("cp3")))
        for one in parsed
    )


def _absent_requirements(folders: Sequence[Path]) -> Iterator[str]:
    present = {canonicalize_name(distribution.name) for distribution in _distributions(folders)}
    for distribution in _distributions(folders):
        left_out = COMMAND_LINE_OF.get(canonicalize_name(distribution.name), set())
        for text in distribution.requires or []:
            requirement = Requirement(text)
            name = canonicalize_name(requirement.name)
            applies = requirement.marker is None or requirement.marker.evaluate(LAMBDA)
            if applies and name not in present | left_out:
                yield f"{distribution.name} requires {name}, which no layer holds"


def _distributions(folders: Sequence[Path]) -> Iterable[Distribution]:
    return distributions(path=[str(folder) for folder in folders])


def _absent_imports(folders: Sequence[Path], sources: Sequence[Path]) -> Iterator[str]:
    present = {path.stem.partition(".")[0] for folder in folders for path in folder.iterdir()} | OURS
    for path in (path for source in sources for path in source.rglob("*.py")):
        for name in _imported(ast.parse(path.read_text(encoding="utf-8"))):
            if name not in sys.stdlib_module_names and name not in present:
                yield f"{path} imports {name}, which no layer holds"


def _imported(tree: ast.AST) -> Iterator[str]:
    """The top-level modules that the code imports, except those under TYPE_CHECKING."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
        else:
            yield from _imported(node)


def uncompiled(build: Path) -> list[str]:
    """One sentence for each layer with sources that are not compiled: Lambda would compile them at each cold start."""
    found = []
    for layer in LAYERS:
        folder = build / layer / "python"
        sources = [path for path in folder.rglob("*.py") if not _is_compiled(path)]
        if sources:
            found.append(
                f"{layer}: {len(sources)} modules are not compiled for Python 3.13: install python3.13 and build"
            )
    return found


def _is_compiled(source: Path) -> bool:
    return (source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc").exists()


def main(arguments: Sequence[str]) -> int:
    """Prints the layers' sizes and every problem; 1 if there is one. Those of staging and prod are compiled."""
    build = Path(".aws-sam/build")
    stage = arguments[0] if arguments else ""
    found = problems(build, Path("functions"))
    if stage in {"staging", "prod"}:
        found += uncompiled(build)
    for layer in LAYERS:
        print(f"{layer}: {size(build / layer) / 1e6:.1f} MB unzipped")
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
