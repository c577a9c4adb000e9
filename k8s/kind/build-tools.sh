#!/usr/bin/env bash
# build-tools.sh NAME...: programs of tools.sh, into the cache.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
for topic in lib go tools; do
  # shellcheck source=/dev/null
  . "$here/$topic.sh"
done
go_on_path
tool "$@"
