#!/usr/bin/env bash
# Starts PostgreSQL; creates its data folder first where there is none. PGDATA, POSTGRES_PASSWORD_FILE, uid and paths are those
# of the official postgres image, so that the operator's pod runs on either.
set -euo pipefail

# The data folder appears whole or not at all, so that a container killed here can begin again.
create_data() {
  local data=$PGDATA.new
  rm -rf "$data"
  # The password goes by a file: never on a command line.
  initdb -D "$data" --username=postgres --auth-local=trust --auth-host=scram-sha-256 \
    --pwfile="${POSTGRES_PASSWORD_FILE:?no superuser password}"
  printf '\nhost all all all scram-sha-256\n' >>"$data/pg_hba.conf"
  sync "$data"
  mv -T "$data" "$PGDATA"
}

if [ "${1:0:1}" = - ]; then set -- postgres "$@"; fi
if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then create_data; fi
exec "$@"
