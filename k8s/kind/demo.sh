#!/usr/bin/env bash
# make demo: every example of the API through the Ingress, question and answer.
set -euo pipefail
# shellcheck source=k8s/kind/lib.sh
. "$(dirname "$(realpath "$0")")/lib.sh" docker cluster
if docker_answers; then adopt_port; fi
curl -fsS --max-time 5 -o /dev/null "$URL/health" || die "no shop on $URL: make up"

# A line an answer; long lists are cut.
pretty() { awk '{ print (length($0) > 600 ? substr($0, 1, 600) " ..." : $0) }'; }

# ask METHOD PATH [BODY]
ask() {
  local method=$1 path=$2 body=${3:-} answer
  local args=(-sS --max-time 10 -X "$method" "$URL$path" -w '\n%{http_code}')
  if [ -n "$body" ]; then
    args+=(-H 'content-type: application/json' -d "$body")
    printf "\n$ curl -X %s %s -H 'content-type: application/json' -d '%s'\n" "$method" "$URL$path" "$body"
  else
    printf '\n$ curl %s\n' "$URL$path"
  fi
  answer=$(curl "${args[@]}")
  printf '%s\n' "${answer##*$'\n'}"
  printf '%s' "${answer%$'\n'*}" | pretty
  echo
}

ask GET /health
ask GET /products
ask GET /products/1
ask GET /products/100000
ask GET /users/1
ask POST /users '{"name":"Charlie","email":"charlie@example.com"}'
ask GET /orders/1
ask POST /orders '{"user_id":2,"product":"Tablet"}'
ask POST /orders '{"user_id":1,"product_name":"Headphones"}'
ask POST /orders '{"user_id":100000,"product":"Tablet"}'
