#!/bin/bash
# share.sh BASE ROOT...: moves to BASE what every ROOT has, so that images on BASE keep and pull it once.
# Runs inside the build stage of the Dockerfile.
set -euo pipefail
base=$1
shift
(cd "$1" && find . -type f -o -type l) | while read -r path; do
  for root in "$@"; do
    if [ -L "$1/$path" ]; then
      [ "$(readlink "$1/$path")" = "$(readlink "$root/$path")" ] || continue 2
    else
      cmp -s "$1/$path" "$root/$path" || continue 2
    fi
  done
  mkdir -p "$base/$(dirname "$path")"
  mv "$1/$path" "$base/$path"
  for root in "${@:2}"; do rm "$root/$path"; done
done
for root in "$@"; do find "$root" -mindepth 1 -type d -empty -delete; done
