# Each target installs what it needs (the lists: k8s/kind/packages.sh). `make help` tells what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: up down demo test lint fmt images bench help

up: ## a running shop in a real cluster on this machine: http://localhost:8080 (NODES=3, PORT=8081)
	@k8s/kind/up.sh

down: ## takes away what `make up` made; what was built stays in the cache
	@k8s/kind/down.sh

demo: ## every example of the API, question and answer
	@k8s/kind/demo.sh

test: ## every tier of tests, or some: TIERS="unit services" make test
	@tests/run.sh

lint: ## clang-format, clang-tidy, shellcheck, gofmt, go vet
	@tests/lib/lint.sh

fmt: ## formats the C++
	@tests/lib/lint.sh --fix

images: ## builds the shop's images
	@k8s/kind/build-images.sh

bench: ## load on the services beside a baseline in the same run: figures and ratios
	@tests/load/run.sh

help: ## this
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16
