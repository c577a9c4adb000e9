#!/usr/bin/env bash
# test.sh: starts the postgres and rabbitmq images as the operator's pods do: read-only root, uid 999, no
# capabilities, a volume of another's with a group; and what an official image does is done. The last line says
# `N passed, N failed`.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
# shellcheck source=k8s/images/stores.env
. "$here/stores.env"
postgres=shopkeeper/postgres:$POSTGRES_VERSION rabbitmq=shopkeeper/rabbitmq:$RABBITMQ_VERSION
run=image-test-$$
dir=$(mktemp -d)
trap 'docker rm -fv $(docker ps -aq --filter "label=$run") >/dev/null 2>&1; docker volume rm $(docker volume ls -q --filter "label=$run") >/dev/null 2>&1; rm -rf "$dir"' EXIT
# shellcheck source=tests/lib/check.sh
. "$here/../../tests/lib/check.sh"
# shellcheck source=k8s/kind/lib.sh
. "$here/../kind/lib.sh" docker
as_pod=(--label "$run" --read-only --user 999:999 --cap-drop ALL --security-opt no-new-privileges --tmpfs /tmp:mode=1777)

# As a volume of a pod with fsGroup 999 is: root's, writable by the group.
volume() {
  docker volume create --label "$run" "$1" >/dev/null
  docker run --rm --label "$run" --user 0 --entrypoint sh -v "$1:/v" "$postgres" -c 'chgrp 999 /v && chmod 2775 /v'
}

# --- PostgreSQL ---
printf 'first' >"$dir/password"
postgres_start() {
  docker run -d --name "$run-postgres" "${as_pod[@]}" --tmpfs /run/postgresql:mode=1777 -v "$run-data:/data" -v "$dir/password:/password:ro" \
    -e PGDATA=/data/pgdata -e POSTGRES_PASSWORD_FILE=/password "$postgres" "$@"
}
postgres_ready() { docker exec "$run-postgres" pg_isready -q -h 127.0.0.1 -U postgres -t 2; }
sql() { docker exec -e PGPASSWORD="$1" "$run-postgres" psql -X -qAt -v ON_ERROR_STOP=1 -h 127.0.0.1 -U postgres -c "$2"; }
answers() { [ "$(sql "$1" "$2")" = "$3" ]; }
refuses() { ! sql "$1" 'select 1'; }

# Killed in the middle of making its data folder, wherever that is, it begins again.
killed_at() {
  postgres_start
  local end=$((SECONDS + 20))
  until docker exec "$run-postgres" sh -c "$1" 2>/dev/null; do
    if ((SECONDS >= end)); then return 1; fi
  done
  docker kill -s KILL "$run-postgres"
  docker rm -v "$run-postgres"
}
stops_cleanly() {
  docker stop -t 30 "$1"
  [ "$(docker inspect -f '{{.State.ExitCode}}' "$1")" = 0 ]
}

volume "$run-data"
check "postgres killed while it makes its files" killed_at '[ -d /data/pgdata.new ]'
check "postgres killed while it starts for the first time" killed_at '[ -s /data/pgdata.new/postmaster.pid ] || [ -s /data/pgdata/PG_VERSION ]'
postgres_start -c listen_addresses='*' -c password_encryption=scram-sha-256 >/dev/null
check "postgres is ready" wait_until 60 postgres_ready postgres_ready
check "takes the password of its file" answers first 'select 1' 1
check "refuses another" refuses second
check "keeps passwords as SCRAM" answers first "select left(rolpassword, 13) from pg_authid where rolname = 'postgres'" SCRAM-SHA-256
check "has UTF8 and the official image's collation" answers first "select pg_encoding_to_char(encoding), datcollate from pg_database where datname = 'postgres'" 'UTF8|en_US.utf8'
check "has the extensions that the services use" answers first "create extension pg_trgm; select count(*) from pg_extension where extname = 'pg_trgm'" 1
check "knows time zones" answers first "select timestamptz '2024-07-01 12:00+00' at time zone 'Europe/Berlin'" '2024-07-01 14:00:00'
check "has the programs of a backup" docker exec "$run-postgres" sh -c 'pgbackrest version && pg_amcheck --version && pg_dump --version && pg_restore --version && gzip --version && tar --version && find --version && sha256sum --version'
check "keeps data" sql first 'create table kept as select 1 as n'
check "stops cleanly" stops_cleanly "$run-postgres"
docker rm -v "$run-postgres" >/dev/null
# What the operator's init container does with a volume of an earlier Shop.
printf 'second' >"$dir/password"
adopt() {
  # shellcheck disable=SC2016 # for the shell inside
  postgres_start sh -ec 'printf "ALTER ROLE postgres PASSWORD %s;\n" "'\''$(cat "$POSTGRES_PASSWORD_FILE")'\''" | postgres --single -D "$PGDATA" postgres'
  [ "$(docker wait "$run-postgres")" = 0 ]
  docker rm -v "$run-postgres"
}
check "takes a new password in single-user mode" adopt
postgres_start >/dev/null
check "is ready again" wait_until 60 postgres_ready postgres_ready
check "has its data, under the new password" answers second 'select n from kept' 1
stops_cleanly "$run-postgres" && docker rm -v "$run-postgres" >/dev/null

# --- Backups: the scripts that the operator's Jobs run ---
mkdir "$dir/pgbackrest"
cp "$here"/../../operator/shop/desired/backup_scripts/*.sh "$dir/pgbackrest"
printf '[global]\nlog-level-file=off\nlog-level-stderr=info\nlock-path=/tmp/pgbackrest\ncompress-type=zst\nstart-fast=y\nrepo1-path=/repository\nrepo1-retention-full=2\n
[postgres]\npg1-path=/data/pgdata\npg1-socket-path=/data/socket\npg1-user=postgres\n' >"$dir/pgbackrest/pgbackrest.conf"
printf 'volume' >"$dir/pgbackrest/store"
chmod -R a+rX "$dir"
volume "$run-repository"
volume "$run-copy"
# backup_pod DATA-VOLUME ARGS...: a container with what a Job's has.
backup_pod() {
  local data=$1
  shift
  docker run "${as_pod[@]}" --tmpfs /run/postgresql:mode=1777 --tmpfs /scratch:mode=1777 -v "$data:/data" -v "$run-repository:/repository" \
    -v "$dir/password:/password:ro" -v "$dir/pgbackrest:/etc/shopkeeper/pgbackrest:ro" -e PGDATA=/data/pgdata -e POSTGRES_PASSWORD_FILE=/password -e VOLUME=/data \
    -e PGBACKREST_STANZA=postgres -e REPOSITORY=/repository -e STORE_SECRET=/none -e RESULT=/tmp/result -e OWNER=shops/shop -e FULL_DAYS=7 "$@"
}
script() { backup_pod "$1" --rm "${@:3}" "$postgres" bash "/etc/shopkeeper/pgbackrest/$2.sh"; }
label() { docker run --rm --label "$run" -v "$run-repository:/r:ro" --entrypoint ls "$postgres" /r/backup/postgres | grep -E '^[0-9]{8}-[0-9]{6}F$'; }
verifies() { script "$run-data" verify -e LABEL="$(label)" -e SCRATCH=/scratch; }
backup_pod "$run-data" --rm "$postgres" mkdir /data/socket
backup_pod "$run-data" -d --name "$run-postgres" "$postgres" -c unix_socket_directories=/run/postgresql,/data/socket -c archive_mode=on \
  -c archive_command='bash /etc/shopkeeper/pgbackrest/archive.sh %p' >/dev/null
check "archives" wait_until 60 postgres_ready postgres_ready
check "is backed up from beside" script "$run-data" backup
check "its backup is verified" verifies
check "a new volume is set up from it" script "$run-copy" restore -e RESTORE_ID=one
stops_cleanly "$run-postgres" && docker rm -v "$run-postgres" >/dev/null
backup_pod "$run-copy" -d --name "$run-postgres" "$postgres" >/dev/null
check "the copy is ready" wait_until 60 postgres_ready postgres_ready
check "the copy has the data" answers second 'select n from kept' 1

# --- RabbitMQ ---
mkdir "$dir/conf.d" "$dir/definitions"
printf 'load_definitions = /definitions/definitions.json\nlog.console = true\nlog.file = false\n' >"$dir/conf.d/90-shopkeeper.conf"
printf '[rabbitmq_prometheus].\n' >"$dir/conf.d/enabled_plugins"
cat >"$dir/definitions/definitions.json" <<'JSON'
{"users":[{"name":"shop","password":"secret","tags":[]}],"vhosts":[{"name":"shop"}],
 "permissions":[{"user":"shop","vhost":"shop","configure":".*","write":".*","read":".*"}],
 "queues":[{"name":"mail","vhost":"shop","durable":true,"auto_delete":false,"arguments":{"x-queue-type":"quorum"}}]}
JSON
chmod -R a+rX "$dir"
rabbitmq_start() {
  docker run -d --name "$run-rabbitmq" --hostname shop-rabbitmq-0 "${as_pod[@]}" --tmpfs /var/lib/rabbitmq:uid=999,gid=999,mode=770 --tmpfs /var/log/rabbitmq:mode=1777 \
    -v "$run-mnesia:/var/lib/rabbitmq/mnesia" -v "$dir/conf.d:/etc/rabbitmq/conf.d:ro" -v "$dir/definitions:/definitions:ro" \
    -e RABBITMQ_NODENAME=rabbit@localhost -e ERL_EPMD_ADDRESS=127.0.0.1 -e RABBITMQ_ENABLED_PLUGINS_FILE=/etc/rabbitmq/conf.d/enabled_plugins \
    -e RABBITMQ_MNESIA_BASE=/var/lib/rabbitmq/mnesia -e RABBITMQ_LOGS=- "$rabbitmq"
}
in_rabbitmq() { docker exec "$run-rabbitmq" "$@"; }
rabbitmq_ready() { in_rabbitmq bash -c ': </dev/tcp/127.0.0.1/5672'; }
has_queue() { [ "$(in_rabbitmq rabbitmqctl -q --no-table-headers -p shop list_queues name type)" = "$(printf 'mail\tquorum')" ]; }
no_guest() { ! in_rabbitmq rabbitmqctl -q authenticate_user guest guest; }
measures() { in_rabbitmq bash -c 'exec 3<>/dev/tcp/127.0.0.1/15692; printf "GET /metrics HTTP/1.0\r\n\r\n" >&3; grep -q rabbitmq_connections <&3'; }

volume "$run-mnesia"
rabbitmq_start >/dev/null
check "rabbitmq is ready" wait_until 60 rabbitmq_ready rabbitmq_ready
check "has the user of its definitions" in_rabbitmq rabbitmqctl -q authenticate_user shop secret
check "has no guest" no_guest
check "has the quorum queue of its definitions" wait_until 60 has_queue has_queue
check "answers rabbitmq-diagnostics" in_rabbitmq rabbitmq-diagnostics -q check_port_connectivity
check "shows its metrics" measures
check "stops cleanly" stops_cleanly "$run-rabbitmq"
docker rm -v "$run-rabbitmq" >/dev/null
rabbitmq_start >/dev/null
check "is ready again" wait_until 60 rabbitmq_ready rabbitmq_ready
check "has its queue" wait_until 60 has_queue has_queue

summary images
