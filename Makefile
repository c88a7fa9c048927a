# `make` lists the targets. Everything that is made lies in node_modules/, .build/, each package's dist/ and var/ (data).
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run up compare build generate test test-browser gallery test-servers test-cluster test-scale chart lint format bench images compose-up capacity clean

# npm brings a Node newer than most machines': it goes before the machine's own.
MACHINE_PATH := $(PATH)
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
# Where TensorFlow's libraries are unpacked; several checkouts can share one folder.
export SPECTRAWL_TENSORFLOW_HOME ?= $(CURDIR)/.build/tensorflow

# Not every account has a home that can be written to.
ifneq ($(shell test -w "$$HOME" && echo writable),writable)
export npm_config_cache ?= $(CURDIR)/.build/cache/npm
export XDG_CACHE_HOME ?= $(CURDIR)/.build/cache
endif

# Stamps lie inside of what they vouch for, so that deleting the thing deletes the stamp.
PACKAGES := node_modules/.package-lock.json
TENSORFLOW := node_modules/@tensorflow/tfjs-node/.spectrawl-installed
CONTRACTS := libs/contracts/gen/.generated
PAGE := services/workbench/dist/page/.built
JUDGES := .build/python/.installed
KERAS := .build/keras/.installed
PYTHON_CLIENT := .build/client-python/.installed

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(PACKAGES) $(TENSORFLOW) build ## Install the dependencies, make TensorFlow's addon, generate and compile; seconds when nothing changed.

run: setup ## Set up, then run the demo campaign: it finds emission-line stars, and the services stay up.
	@deploy/run-demo.sh

up: setup ## Start every service as a process of its own, on servers of yours or on its own; WORKERS=n of them score.
	@node --conditions=@spectrawl/source deploy/up/main.ts

compare: setup ## Run both presets on the demo's sky with the same labels and print their errors side by side.
	@deploy/run-demo.sh --compare

build: $(CONTRACTS) $(PAGE) ## Generate the contracts' TypeScript, compile every package and bundle the workbench's page.
	@.ci/step 'Compiling' tsc -b

generate: $(CONTRACTS)

test: setup $(JUDGES) $(PYTHON_CLIENT) ## Lint, check formatting, types and contracts, and run every test.
	@rm -rf .build/checks
	@.ci/check lint npm run --silent lint
	@.ci/check formatting npm run --silent format:check
	@.ci/check 'types of the tests' npm run --silent typecheck
	@.ci/check 'contracts: lint' npm run --silent lint:proto
	@.ci/check 'contracts: compatible with the last release' npm run --silent breaking:proto
	@.ci/check tests npm run --silent test:report
	@.ci/check 'Python client: lint' libs/client-python/check lint
	@.ci/check 'Python client: types' libs/client-python/check types
	@.ci/check 'Python client: tests' libs/client-python/check tests
	@.ci/summary

test-browser: setup $(JUDGES) ## Drive the workbench's page in Chromium, on all services as one process; ONLY=name for one file.
	@.ci/check-tools browser
	@rm -rf .build/checks/playwright.json $(if $(ONLY),,.build/gallery)
	@cd services/workbench && playwright test $(ONLY)

gallery: test-browser ## Drive the page in Chromium, and keep the pictures taken as services/workbench/gallery.
	@node --conditions=@spectrawl/source services/workbench/test/keep-gallery.ts

test-servers: setup $(JUDGES) ## Run the tests that need real servers: Kafka, S3 and PostgreSQL, in containers or fetched as programs.
	@node --conditions=@spectrawl/source libs/testing/src/servers/fetch-servers.ts
	@npm run --silent test:servers

test-cluster: setup ## Install the chart on a real Kubernetes, brought up here (as root) or that of KUBECONFIG; campaigns, faults, upgrade.
	@deploy/cluster/test

test-scale: setup ## Install the chart on a real control plane, built the first time, with a thousand simulated GPU nodes; no root needed.
	@helm/tools/schemas >/dev/null
	@deploy/cluster/simulated npm run --silent test:scale

chart: $(PACKAGES) ## Check the Helm chart: lint, unit tests, what it renders, schemas of Kubernetes; the first time builds the tools.
	@helm/check

lint: $(CONTRACTS) ## Lint the TypeScript and the contracts.
	@npm run --silent lint && npm run --silent lint:proto

format: $(PACKAGES) ## Format every file in place.
	@npm run --silent format

bench: setup $(JUDGES) $(KERAS) ## Compare speed with other tools (ONLY=name for one); the table's JSON goes to .build/bench/results.json.
	@node --conditions=@spectrawl/source libs/testing/src/bench/main.ts '$(ONLY)'

images: ## Build the containers' images by Docker (deploy/Containerfile).
	@deploy/compose-up build

compose-up: ## Every service in containers, with Kafka, PostgreSQL and an object store, by Docker Compose.
	@deploy/compose-up

capacity: setup ## Simulate scoring up to ten billion spectra from what `make bench` measured; JSON to .build/capacity/results.json.
	@node --conditions=@spectrawl/source libs/testing/src/capacity/main.ts

clean: ## Remove everything that was made, data of the demo campaign (var/) excepted.
	@rm -rf node_modules .build libs/*/dist services/*/dist libs/contracts/gen
	@echo 'Removed node_modules, .build, dist and the generated contracts; var/ is left as it is.'

$(PACKAGES): package-lock.json
	@.ci/check-tools
	@.ci/step 'Installing npm packages' env PATH='$(MACHINE_PATH)' npm ci --loglevel=error
	@.ci/check-node
	@touch $@

$(TENSORFLOW): libs/network/install-tensorflow.sh $(PACKAGES)
	@.ci/step 'Fetching TensorFlow and compiling its addon (about two minutes)' libs/network/install-tensorflow.sh cpu
	@touch $@

$(CONTRACTS): $(PACKAGES) $(shell find proto)
	@.ci/step 'Generating TypeScript from the contracts' npm run --silent generate
	@touch $@

$(PAGE): $(CONTRACTS) services/workbench/vite.config.ts $(shell find services/workbench/page libs/contracts/src libs/spectra/src -type f -not -name '*.test.ts*')
	@.ci/step "Bundling the workbench's page" npm run --silent build:page
	@touch $@

$(JUDGES): libs/testing/requirements.txt
	@.ci/check-tools tests
	@.ci/step "Installing Python's judges for the tests" .ci/python-environment .build/python $<
	@touch $@

$(PYTHON_CLIENT): libs/client-python/requirements.txt libs/client-python/pyproject.toml libs/client-python/generate_contracts.py $(shell find proto -name '*.proto')
	@.ci/check-tools tests
	@.ci/step 'Installing the Python client and what checks it' .ci/python-environment .build/client-python $<
	@.ci/step 'Generating Python from the contracts' libs/client-python/check install
	@touch $@

$(KERAS): libs/network/bench/requirements.txt
	@.ci/check-tools tests
	@.ci/step 'Installing Keras for the comparison' .ci/python-environment .build/keras $<
	@touch $@
