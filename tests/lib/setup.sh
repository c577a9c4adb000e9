# shellcheck shell=bash
# Sourced first by the scripts of tests/: goes to the checkout ($repo) and reads these files of k8s/kind.
repo=$(realpath "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/../..")
cd "$repo" || exit
for topic in "$@"; do
  # shellcheck source=/dev/null
  . "k8s/kind/$topic.sh"
done
