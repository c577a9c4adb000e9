# shellcheck shell=bash
# For tests written in shell: each is a function; junit FILE FUNCTION... runs them and writes JUnit XML.

junit() {
  local file=$1 name output rc status=0 body='' count=0 failures=0
  shift
  for name in "$@"; do
    rc=0
    output=$( (set -euo pipefail && "$name") 2>&1) || rc=$?
    count=$((count + 1))
    if ((rc == 0)); then
      body+="<testcase name=\"$name\"/>"
    else
      status=1 failures=$((failures + 1))
      output=$(sed 's/&/\&amp;/g; s/</\&lt;/g' <<<"$output" | tr -d '\000-\010\013\014\016-\037')
      body+="<testcase name=\"$name\"><failure message=\"exit status $rc\">$output</failure></testcase>"
    fi
  done
  printf '<testsuite tests="%d" failures="%d">%s</testsuite>\n' "$count" "$failures" "$body" >"$file"
  return "$status"
}
