# The two commands: `make run` and `make test`. Both set up everything that they need.
UV_VERSION := 0.13.9
UV := .tools/uv/bin/uv
PYTHON ?= python3
RUN := $(UV) run --frozen
SAM := $(UV) run --frozen --project infra/sam sam
AUDIT := $(UV) run --frozen --project infra/audit
LOCUST := $(UV) run --frozen --project infra/load locust
# What holds no secret of ours and takes long to read: locks with their hashes, generated documents, files for tests.
NO_TEXT := (^|/)(uv|package-lock)\.(lock|json)$$|^docs/(clauses|command-line)\.md$$|openapi[^/]*\.json$$|^events/verify_license/|\.(pdf|svg|js|mp3|wav|png|ttf)$$
# Secrets of known forms (of AWS, Stripe, GitHub, keys, tokens ...); by entropy or by a word beside it, every test would be one.
BY_PATTERN := --disable-plugin Base64HighEntropyString --disable-plugin HexHighEntropyString --disable-plugin KeywordDetector
PORT ?= 3000
KEEP ?=
STAGE ?= dev
CANARY ?= on
SAM_DEPLOY ?=
DEMO ?=
LOAD ?= --users 8 --spawn-rate 1 --run-time 60s
export UV_PYTHON_DOWNLOADS := never
export SAM_CLI_TELEMETRY := 0
unexport PYTHONDONTWRITEBYTECODE # each process would compile the product again

.PHONY: faults load help run test check check-types check-imports check-lint check-sam check-tests demo bench build reproducible deploy rollback setup format openapi clauses states commands slos sbom audit scan coverage clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-9s %s\n", $$1, $$2}'

$(UV):
	@echo "Setting up uv $(UV_VERSION) in .tools ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "AllMyTracks needs Python 3.11 or later; give one with PYTHON=..."; exit 1; }
	@$(PYTHON) -m venv .tools/uv
	@.tools/uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/ready: $(UV) pyproject.toml uv.lock
	@echo "Setting up the environment in .venv: about a minute the first time ..."
	@$(UV) sync --frozen $$(test -t 2 || echo --quiet) --python $(PYTHON) --compile-bytecode
	@touch .venv/ready

setup: .venv/ready ## the environment only

run: setup ## the whole product on this machine: http://127.0.0.1:3000 (PORT=... elsewhere; KEEP=1 keeps its data)
	@$(RUN) python -m infra.local --reload --port $(PORT) $(if $(KEEP),--keep)

demo: setup ## a readable run through the product, against `make run`; DEMO=--raw shows all of the JSON
	@$(RUN) python -m infra.demo --url http://127.0.0.1:$(PORT) $(DEMO)

check: setup ## the fast gate: format, lint, types, imports, templates
	$(RUN) ruff format --check --quiet .
	$(RUN) ruff check --quiet .
	@$(MAKE) --no-print-directory -j 2 check-types check-lint check-sam check-tests check-imports

check-types:
	$(RUN) mypy
check-imports:
	$(RUN) lint-imports --no-cache
check-lint:
	$(RUN) cfn-lint
check-sam:
	$(SAM) validate --lint --config-env dev
check-tests: # that they can be imported; what pytest compiles meanwhile, its workers need not compile
	@found=$$($(RUN) pytest -n 0 --collect-only -qq 2>&1) || { echo "$$found" | grep -v ::; exit 1; }

test: check ## everything: the gate, then all tests
	$(RUN) pytest -n 2

bench: setup ## cost and speed as ratios, measured side by side
	@$(RUN) python -m tests.bench

load: setup ## the website's mix of requests against `make run`, by Locust: LOAD="--users 20 --run-time 5m"
	@$(LOCUST) --locustfile infra/load/website.py --host http://127.0.0.1:$(PORT) --headless --only-summary $(LOAD)

build: setup ## arm64 artefacts for Lambda, without Docker
	@find functions -name __pycache__ -prune -exec rm -rf {} +  # stray bytecode would publish versions for nothing
	PATH="$(abspath .tools/uv/bin):$$PATH" $(SAM) build
	@$(RUN) python -m infra.artefacts

reproducible: build ## that a second build, in another folder, gives the same bytes (a deployment of it changes nothing)
	PATH="$(abspath .tools/uv/bin):$$PATH" $(SAM) build --build-dir .aws-sam/again
	diff -rq .aws-sam/build .aws-sam/again

deploy: setup ## to AWS: STAGE=dev, staging or prod (samconfig.toml); CANARY=off without the canary (as after a rollback)
	@$(RUN) python -m infra.deploy_checks $(STAGE)
	@$(MAKE) --no-print-directory build
	@$(RUN) python -m infra.artefacts $(STAGE)
	@canary=$$($(RUN) python -m infra.versions canary allmytracks-$(STAGE) $(CANARY)) && \
		$(RUN) python -m infra.stage_parameters $(STAGE) $$canary
	@$(RUN) python -m infra.versions record allmytracks-$(STAGE)
	$(SAM) deploy --config-env $(STAGE) $(SAM_DEPLOY)
	@$(RUN) python -m infra.versions settle allmytracks-$(STAGE)

rollback: setup ## the functions' versions of before the last deployment: STAGE=prod
	@$(RUN) python -m infra.versions rollback allmytracks-$(STAGE)

openapi: setup ## regenerates the OpenAPI document and its page
	@$(RUN) python -m infra.openapi

clauses: setup ## regenerates docs/clauses.md
	@$(RUN) python -m infra.clauses

states: setup ## regenerates docs/states.md
	@$(RUN) python -m infra.states

commands: setup ## writes docs/command-line.md
	@$(RUN) python -m infra.ops.page

slos: setup ## writes infra/slo.yaml, the alarms on service levels, from infra/slo.toml
	@$(RUN) python -m infra.slos

faults: setup ## every function under every fault of what it calls: docs/faults.md (minutes)
	@$(RUN) python -m tests.faults.dependencies

sbom: setup ## what is shipped, with hashes, as CycloneDX: build/sbom.json
	@mkdir -p build
	@$(UV) export --quiet --frozen --no-dev --extra documents --no-emit-project --preview-features sbom-export --format cyclonedx1.5 --output-file build/sbom.json

audit: setup ## known holes of what is locked (asks osv.dev)
	@$(UV) audit --frozen

scan: setup ## checkov on templates and workflows, and secrets of known forms in any file (minutes)
	@$(AUDIT) checkov --directory . --config-file .checkov.yaml
	@git ls-files -z | grep -zvE '$(NO_TEXT)' | xargs -0 $(AUDIT) detect-secrets-hook --no-verify $(BY_PATTERN)

coverage: setup ## regenerates the table of characters that the fonts print
	@$(RUN) python -m infra.coverage

format: setup
	@$(RUN) ruff format --quiet . && $(RUN) ruff check --fix --quiet .

clean:
	rm -rf .venv .venv313 .tools .local .aws-sam
