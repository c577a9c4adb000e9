# shellcheck shell=bash
# What the scripts of backups share. They run in the postgres image, beside pgbackrest.conf and `store`, which names the destination.
# Environment: VOLUME (the data volume), PGDATA, PGBACKREST_STANZA, REPOSITORY (the volume of backups, without S3), STORE_SECRET (a
# folder, for S3), RESULT (a file that the operator reads).
set -euo pipefail
here=$(dirname "$(realpath "$0")")
export PGBACKREST_CONFIG=$here/pgbackrest.conf

# Credentials are read each time, so that a changed Secret needs no restart; they go by the environment, never on a command line.
credential() {
  if [ -r "$STORE_SECRET/$1" ]; then export "$2=$(cat "$STORE_SECRET/$1")"; fi
}
credential access-key PGBACKREST_REPO1_S3_KEY
credential secret-key PGBACKREST_REPO1_S3_KEY_SECRET
credential passphrase PGBACKREST_REPO1_CIPHER_PASS

# fail REASON MESSAGE: the reason and message of the Shop's condition.
fail() {
  printf '%s: %s\n' "$1" "$2" | tee "${RESULT:-/dev/null}" >&2
  exit 1
}

# Runs pgbackrest; when it fails its errors are the message.
pgbackrest_or_fail() {
  command -v pgbackrest >/dev/null || fail NoPgBackRest "the image has no pgbackrest"
  local log
  log=$(mktemp)
  if { pgbackrest "$@" 2>&1 >&3 | tee "$log" >&2; } 3>&1; then
    rm -f "$log"
    return
  fi
  # pgBackRest does not say why it could not write a file.
  local left
  if [ -n "${REPOSITORY:-}" ]; then
    left=$(df --output=avail -B1M "$REPOSITORY" | tail -n 1 | tr -d ' ')
    if ((left < 32)); then fail StoreFull "the volume of the backups has $left MiB left; raise its storage"; fi
  fi
  fail Failed "pgbackrest $1: $(sed -nE '/ERROR:/,$p' "$log" | grep -vE '(INFO|WARN):' | tr -s '[:space:]' ' ' | tr -dc '[:print:]' | sed 's/ \*\*\* Path.*//' | cut -c1-900)"
}

# start_recovered DATA SOCKETS: PostgreSQL on restored files, without network and without archiving, once recovery has ended.
start_recovered() {
  local log=$2/recovery.log end=$((SECONDS + ${RECOVERY_SECONDS:-21600}))
  postgres -D "$1" -c listen_addresses= -c unix_socket_directories="$2" -c archive_mode=off -c hot_standby=off -c ssl=off >"$log" 2>&1 &
  local server=$!
  until psql -X -qAt -h "$2" -U postgres -d postgres -c 'select 1' >/dev/null 2>&1; do
    if ! kill -0 "$server" 2>/dev/null; then
      cat "$log" >&2
      fail RecoveryFailed "$(grep -E 'FATAL|PANIC' "$log" | grep -v 'the database system is' | head -n 1 | sed -E 's/^.*(FATAL|PANIC): +//')"
    fi
    if ((SECONDS >= end)); then fail RecoveryFailed "recovery has not ended in time: $(tail -n 1 "$log")"; fi
    sleep 0.2
  done
}
