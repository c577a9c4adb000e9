#!/usr/bin/env bash
# place-order.sh health | register | order: what `helm test` runs. HTTP without curl, which the images do not have.
#   health     waits until the shop and what it depends on is healthy
#   register   opens an account for the test
#   order      as that account, which has become staff: offers a product, orders it, waits until the order is confirmed and the
#              mail about it recorded, then takes back what it made
# Environment: SHOP (the Shop's name), EMAIL (of the account), PAYMENT (method of payment, empty for none), STATE (a folder that both share).
set -euo pipefail
export LC_ALL=C # so that ${#text} counts bytes
token=''

say() { printf '%s\n' "$*"; }
fail() {
  say "FAILED: $*"
  exit 1
}

# call SERVICE METHOD PATH [BODY]: sets `status` and `body`; `status` is 0 without a response.
call() {
  local service=$1 method=$2 path=$3 text=${4:-} line length=0
  status=0 body=''
  { exec 3<>"/dev/tcp/$SHOP-$service/8080"; } 2>/dev/null || return 0
  {
    printf '%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Length: %d\r\n' "$method" "$path" "$SHOP" "${#text}"
    [ -z "$text" ] || printf 'Content-Type: application/json\r\nIdempotency-Key: %s\r\n' "$EMAIL$path"
    [ -z "$token" ] || printf 'Authorization: Bearer %s\r\n' "$token"
    printf '\r\n%s' "$text"
  } >&3
  while IFS= read -r -t 15 line <&3 && line=${line%$'\r'} && [ -n "$line" ]; do
    case ${line,,} in
      http/1.1\ *) status=${line:9:3} ;;
      content-length:*) length=${line//[^0-9]/} ;;
    esac
  done
  if ((length > 0)); then IFS= read -r -t 15 -N "$length" body <&3 || true; fi
  exec 3>&-
}

# field NAME: the value of the first field of that name in `body`, a number or a text.
field() {
  [[ $body =~ \"$1\":\"?([^\",}]*) ]] && printf '%s' "${BASH_REMATCH[1]}"
}

# want WHAT STATUSES SERVICE METHOD PATH [BODY]: STATUSES as a pattern.
want() {
  local what=$1 statuses=$2
  shift 2
  call "$@"
  # shellcheck disable=SC2254 # a pattern
  case $status in $statuses) say "ok: $what" ;; *) fail "$what: $2 $3 of $SHOP-$1: status $status $body" ;; esac
}

# until_true SECONDS WHAT COMMAND...
until_true() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    ((SECONDS < end)) || fail "$what: status $status $body"
    sleep 0.5
  done
  say "ok: $what"
}

healthy() { call order GET /health && [ "$status" = 200 ] && [ "$(field status)" = ok ]; }
order_confirmed() { call order GET "/api/orders/$order" && [ "$(field status)" = confirmed ]; }
mail_recorded() {
  call notification GET '/api/notifications?limit=100'
  [[ $body == *'"order.confirmed"'*"$EMAIL"* || $body == *"$EMAIL"*'"order.confirmed"'* ]]
}

register() {
  local password
  password=$(od -An -N18 -tx1 /dev/urandom | tr -d ' \n')
  (umask 077 && printf '%s' "$password" >"$STATE/password")
  want "an account" 20[12] user POST /api/auth/register "{\"name\":\"Helm test\",\"email\":\"$EMAIL\",\"password\":\"$password\"}"
}

# What a test made is taken back also when it fails.
tidy() {
  local rc=$?
  trap - EXIT
  if [ -n "${order:-}" ]; then call order POST "/api/orders/$order/cancel" '{}'; fi
  if [ -n "${product:-}" ]; then call product DELETE "/api/products/$product"; fi
  call user DELETE /api/customers/me "{\"password\":\"$password\"}"
  say "taken back: order, product, account (status $status)"
  exit "$rc"
}

place() {
  local payment=''
  password=$(<"$STATE/password")
  want "the login" 200 user POST /api/auth/login "{\"email\":\"$EMAIL\",\"password\":\"$password\"}"
  token=$(field access_token)
  trap tidy EXIT
  want "a product" 201 product POST /api/products "{\"name\":\"Helm test $EMAIL\",\"price\":1}"
  product=$(field id)
  want "its stock" 201 product POST "/api/products/$product/stock/moves" '{"change":1,"reason":"received"}'
  if [ -n "$PAYMENT" ]; then payment=",\"payment\":{\"method\":\"$PAYMENT\"}"; fi
  want "an order" 20[12] order POST /api/orders "{\"lines\":[{\"product_id\":$product,\"quantity\":1}]$payment}"
  order=$(field order_id)
  until_true 30 "the order is confirmed" order_confirmed
  until_true 30 "the mail about it is recorded" mail_recorded
}

case ${1:-} in
  health) until_true 60 "GET /health" healthy ;;
  register) register ;;
  order) place ;;
  *) fail "usage: place-order.sh health | register | order" ;;
esac
