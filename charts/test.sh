#!/usr/bin/env bash
# test.sh [FOLDER]: tests of the charts that need no cluster; FOLDER gets their results as JUnit XML.
# test.sh --update: writes the shop.yaml of each example.
set -euo pipefail
repo=$(realpath "$(dirname "$(realpath "$0")")/..")
cd "$repo"
export PATH=$PATH:${SHOPKEEPER_CACHE:-$HOME/.cache/shopkeeper}/bin PYTHONDONTWRITEBYTECODE=1
for program in helm helm-unittest kubeconform kube-score kube; do
  command -v "$program" >/dev/null || {
    echo "error: no $program: k8s/kind/build-tools.sh $program builds it" >&2
    exit 1
  }
done
if [ "${1:-}" = --update ]; then exec /usr/bin/python3 tests/charts/rendering.py --update; fi

unit=() whole=()
if [ -n "${1:-}" ]; then
  unit=(--output-type JUnit --output-file "$1/charts-unittest.xml")
  whole=("--junitxml=$1/charts.xml")
fi
rc=0
# Their warnings are of the symbolic links in the charts.
helm-unittest --strict --with-subchart=false "${unit[@]}" charts/shop charts/shopkeeper-operator 2> >(grep -v 'found symbolic link' >&2) || rc=$?
/usr/bin/python3 -m pytest -q -p no:cacheprovider "${whole[@]}" tests/charts || rc=$?
exit "$rc"
