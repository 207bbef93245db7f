import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from infra.artefacts import problems, uncompiled
from tests.factories.template import ROOT

AARCH64 = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\xb7\x00" + bytes(40)
X86 = AARCH64.replace(b"\xb7\x00", b"\x3e\x00")


@pytest.fixture
def functions(tmp_path: Path) -> Path:
    folder = tmp_path / "functions"
    write(folder / "sign_up" / "handler.py", "import json\nimport library\nfrom allmytracks import settings\n")
    return folder


@pytest.fixture
def build(tmp_path: Path) -> Path:
    build = tmp_path / "build"
    write(build / "CoreLayer/python/allmytracks/foundation/settings.py", "import os\n")
    write(build / "VendorLayer/python/library/__init__.py", "")
    library(build, "py3-none-any", "")
    write(build / "DocumentsLayer/python/native.cpython-313-aarch64-linux-gnu.so", AARCH64)
    return build


def write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def library(build: Path, tag: str, requirement: str) -> None:
    described = build / "VendorLayer/python/library-1.dist-info"
    needs = f"Requires-Dist: {requirement}\n" if requirement else ""
    write(described / "METADATA", f"Metadata-Version: 2.1\nName: library\nVersion: 1\n{needs}")
    write(described / "WHEEL", f"Wheel-Version: 1.0\nTag: {tag}\n")


def test_what_runs_on_lambda_passes(build: Path, functions: Path) -> None:
    assert problems(build, functions) == []


def test_a_layer_that_was_not_built_is_named(tmp_path: Path, functions: Path) -> None:
    assert problems(tmp_path / "nothing", functions)[0] == "CoreLayer was not built"


def test_a_library_of_another_machine_is_found(build: Path, functions: Path) -> None:
    write(build / "DocumentsLayer/python/native.cpython-313-aarch64-linux-gnu.so", X86)

    assert "is no aarch64 library" in problems(build, functions)[0]


def test_a_library_of_another_python_is_found(build: Path, functions: Path) -> None:
    write(build / "DocumentsLayer/python/other.cpython-311-aarch64-linux-gnu.so", AARCH64)

    assert "not for Python 3.13" in problems(build, functions)[0]


@pytest.mark.parametrize(
    "tag", ["cp311-cp311-manylinux_2_28_aarch64", "cp313-cp313-manylinux_2_28_x86_64", "cp313-cp313-win_arm64"]
)
def test_a_wheel_for_something_else_is_found(build: Path, functions: Path, tag: str) -> None:
    library(build, tag, "")

    assert problems(build, functions) == [f"library is built for {tag}"]


@pytest.mark.parametrize(
    "tag", ["cp313-cp313-manylinux_2_17_aarch64.manylinux2014_aarch64", "cp311-abi3-manylinux_2_28_aarch64"]
)
def test_a_wheel_for_lambda_passes(build: Path, functions: Path, tag: str) -> None:
    library(build, tag, "")

    assert problems(build, functions) == []


def test_a_requirement_that_is_not_there_is_found(build: Path, functions: Path) -> None:
    library(build, "py3-none-any", "Other_Thing>=1")

    assert problems(build, functions) == ["library requires other-thing, which no layer holds"]


@pytest.mark.parametrize("marker", ["sys_platform == 'win32'", "python_version < '3.13'", "extra == 'fast'"])
def test_a_requirement_of_elsewhere_is_not_missed(build: Path, functions: Path, marker: str) -> None:
    library(build, "py3-none-any", f"other; {marker}")

    assert problems(build, functions) == []


def test_an_import_that_no_layer_has_is_found(build: Path, functions: Path) -> None:
    write(functions / "sign_up" / "handler.py", "def late():\n    import forgotten.part\n")

    assert problems(build, functions) == [f"{functions}/sign_up/handler.py imports forgotten, which no layer holds"]


def test_an_import_for_type_checkers_is_not_missed(build: Path, functions: Path) -> None:
    write(functions / "sign_up" / "handler.py", "if TYPE_CHECKING:\n    import forgotten\n")

    assert problems(build, functions) == []


def test_layers_beyond_lambdas_limit_are_found(build: Path, functions: Path) -> None:
    large = build / "VendorLayer/python/large.bin"
    with large.open("wb") as file:
        file.truncate(250 * 1024 * 1024)

    assert "Lambda takes" in problems(build, functions)[0]


def test_a_layer_that_is_not_compiled_is_found_and_one_that_is_passes(build: Path) -> None:
    sources = [*build.rglob("*.py")]
    assert {each.partition(":")[0] for each in uncompiled(build)} == {"CoreLayer", "VendorLayer"}

    for source in sources:
        write(source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc", b"")
    assert uncompiled(build) == []

    write(sources[0].parent / "__pycache__" / f"{sources[0].stem}.cpython-313.pyc", b"")
    (sources[0].parent / "__pycache__" / f"{sources[0].stem}.cpython-313.pyc").rename(sources[0].with_suffix(".pyc"))
    assert len(uncompiled(build)) == 1


def compiled(build: Path, python: Path, time: int) -> dict[str, bytes]:
    """What the layers' makefiles make of one module that is built in this folder at this time; `python` compiles."""
    write(build / "library.py", "def named():\n    return {'a', 'b', 'c'}\n")
    os.utime(build / "library.py", (time, time))
    text = f"include {ROOT}/layers/artefact.mk\nall:\n\t$(call compile,{build},/opt/python)\n"
    command = ["make", "--silent", f"PYTHON_OF_LAMBDA={python}", "--file", "-"]
    subprocess.run(command, input=text, text=True, check=True)  # noqa: S603 - a fixed command
    return {path.name: path.read_bytes() for path in build.rglob("*.pyc")}


def test_what_is_compiled_in_another_folder_at_another_time_is_the_same_to_the_byte(tmp_path: Path) -> None:
    """Otherwise each deployment would publish new versions of every function, though nothing changed."""
    python = tmp_path / "python3.13"  # this one says that it is Lambda's
    write(python, f'#!/bin/sh\n[ "$1" = -c ] || exec {sys.executable} "$@"\n')
    python.chmod(0o755)

    first, again = compiled(tmp_path / "build", python, 1), compiled(tmp_path / "again", python, 2)

    assert len(first) == 1
    assert first == again
    assert b"/opt/python/library.py" in next(iter(first.values()))


def test_every_artefact_names_the_folder_that_lambda_has_it_in() -> None:
    makefiles = [*ROOT.glob("layers/*/Makefile"), ROOT / "infra/ops/smoke/Makefile"]
    named = {path.parent.name: re.findall(r"call compile,[^,]+,(.*)\)", path.read_text()) for path in makefiles}

    layer = ["/opt/python"]
    assert named == {"core": layer, "vendor": layer, "documents": layer, "smoke": ["/var/task"]}


def test_the_smoke_function_is_built_with_all_that_it_imports(tmp_path: Path) -> None:
    makefile = (ROOT / "infra/ops/smoke/Makefile").read_text(encoding="utf-8")
    said = dict(re.findall(r"^(MODULES|LIBRARIES) := (.+)$", makefile, re.MULTILINE))
    for module in said["MODULES"].split():
        write(tmp_path / f"infra/{module}.py", (ROOT / f"infra/{module}.py").read_bytes())
    installed = Path(msgspec.__file__).parents[1]
    for name in said["LIBRARIES"].replace("-", "_").split("|"):
        (found,) = (each for each in (installed / name, installed / f"{name}.py") if each.exists())
        (tmp_path / found.name).symlink_to(found)

    command = [sys.executable, "-Sc", "from infra.ops.smoke.function import Site; Site('https://example.org')"]
    options: dict[str, Any] = {"cwd": tmp_path, "env": {"PYTHONPATH": str(tmp_path)}, "timeout": 60}
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)  # noqa: S603 - a fixed command

    assert done.stderr == ""
