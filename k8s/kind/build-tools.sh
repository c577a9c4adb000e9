#!/usr/bin/env bash
# build-tools.sh NAME...: programs of tools.sh, into the cache.
set -euo pipefail
# shellcheck source=k8s/kind/lib.sh
. "$(dirname "$(realpath "$0")")/lib.sh" go tools
go_on_path
tool "$@"
