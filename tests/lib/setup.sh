# shellcheck shell=bash
# Sourced first by the scripts of tests/: goes to the checkout ($repo) and reads lib.sh and these files of k8s/kind.
repo=$(realpath "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/../..")
cd "$repo" || exit
# shellcheck source=k8s/kind/lib.sh
. k8s/kind/lib.sh "$@"
