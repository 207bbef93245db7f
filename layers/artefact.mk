# What the layers' makefiles share. `sam build` (with --build-in-source, see samconfig.toml) runs `make build-<LogicalId>` in
# a layer's folder and gives ARTIFACTS_DIR. Neither Docker nor Lambda's Python is needed: uv takes Lambda's wheels.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

UV ?= uv
ROOT := $(realpath $(dir $(lastword $(MAKEFILE_LIST)))..)
# An interpreter of Lambda's version to compile with. Without it the layers ship sources alone and the first import of each
# module takes about twice as long (a SnapStart snapshot has done it already, a cold start without one has not).
PYTHON_OF_LAMBDA ?= python3.13

EXPORT := $(UV) export --quiet --frozen --directory $(ROOT) --no-dev --no-emit-project --no-header --no-annotate
# Chalice asks for its command line's libraries and for packaging tools; its runtime, all that ops_api imports, needs none.
RUNTIME_ONLY := $(foreach tool,pip setuptools wheel inquirer click pyyaml,--prune $(tool))
# One requirement a line, with its hashes.
ONE_A_LINE := sed -e ':again' -e '/\\$$/{N;s/ *\\\n */ /;b again' -e '}'
# Lambda's python3.13 stands on Amazon Linux 2023 (glibc 2.34).
INSTALL := $(UV) pip install --quiet --no-deps --require-hashes --link-mode copy --no-compile \
	--python-platform aarch64-manylinux_2_28 --python-version 3.13 --only-binary :all:

# $(1) is the folder, $(2) where Lambda has it: bytecode names its source, and the folder of a build would make every
# build another artefact, so a new version of every function.
define compile
if $(PYTHON_OF_LAMBDA) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null; then \
	$(PYTHON_OF_LAMBDA) -m compileall -q --invalidation-mode unchecked-hash -o 0 -s $(1) -p $(2) $(1); \
else \
	echo "$(@:build-%=%): $(PYTHON_OF_LAMBDA) is not Python 3.13 here; shipping without bytecode" >&2; \
fi
endef
