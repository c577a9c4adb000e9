#!/usr/bin/env bash
# Starts PostgreSQL; makes its data folder first where there is none. Environment, uid, paths and scripts are those of
# the official postgres image, so that one pod runs on either.
#   POSTGRES_PASSWORD POSTGRES_USER POSTGRES_DB POSTGRES_INITDB_ARGS (or the same with _FILE), POSTGRES_HOST_AUTH_METHOD,
#   PGDATA, POSTGRES_INITDB_WALDIR; /docker-entrypoint-initdb.d/*.{sh,sql,sql.gz}
set -Eeuo pipefail

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# from_file VAR DEFAULT: VAR, or what the file that VAR_FILE names holds.
from_file() {
  local var=$1 file=$1_FILE
  if [ -n "${!file:-}" ]; then
    [ -z "${!var:-}" ] || die "both $var and $file are set"
    printf -v "$var" '%s' "$(<"${!file}")"
  elif [ -z "${!var:-}" ]; then
    printf -v "$var" '%s' "$2"
  fi
  unset "$file"
}

# Only the server's own start prepares a data folder: `--help`, psql, pg_dump and the like run as they are.
starts_server() {
  local arg
  [ "$1" = postgres ] || return 1
  for arg in "$@"; do
    case $arg in -\? | --help | --describe-config | -V | --version) return 1 ;; esac
  done
}

become_postgres() {
  mkdir -p "$PGDATA"
  find "$PGDATA" \! -user postgres -exec chown postgres '{}' +
  chown postgres /var/run/postgresql
  exec setpriv --reuid=postgres --regid=postgres --init-groups --inh-caps=-all "$0" "$@"
}

settings() {
  from_file POSTGRES_PASSWORD ''
  from_file POSTGRES_USER postgres
  from_file POSTGRES_DB "$POSTGRES_USER"
  from_file POSTGRES_INITDB_ARGS ''
  : "${POSTGRES_HOST_AUTH_METHOD:=}"
  if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
    die "no superuser password: set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE"
  fi
}

init_data() {
  local args=()
  # Word splitting with quotes, as the official image does it.
  eval "args=($POSTGRES_INITDB_ARGS)"
  if [ -n "${POSTGRES_INITDB_WALDIR:-}" ]; then args+=(--waldir "$POSTGRES_INITDB_WALDIR"); fi
  # Stricter than the official image: over TCP the password is asked for from inside the container too.
  if [ -z "$POSTGRES_HOST_AUTH_METHOD" ]; then args=(--auth-host=scram-sha-256 "${args[@]}"); fi
  # The password goes by a file descriptor: never on a command line.
  initdb -D "$1" --username="$POSTGRES_USER" --auth-local=trust --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") "${args[@]}"
  local method=$POSTGRES_HOST_AUTH_METHOD
  if [ -z "$method" ]; then method=$(postgres -D "$1" -C password_encryption); fi
  printf '\nhost all all all %s\n' "$method" >>"$1/pg_hba.conf"
}

sql() { psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password --username "$POSTGRES_USER" --host /var/run/postgresql "$@"; }

# First databases and scripts, on a server that only this container can reach.
first_start() {
  local data=$1
  shift
  PGUSER=$POSTGRES_USER pg_ctl -D "$data" -o "-c listen_addresses='' -p ${PGPORT:-5432} $*" -w -t 60 start
  export PGPASSWORD=$POSTGRES_PASSWORD
  if [ "$POSTGRES_DB" != postgres ]; then
    sql --dbname postgres --set db="$POSTGRES_DB" <<<'CREATE DATABASE :"db";'
  fi
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    printf '%s: %s\n' "$0" "$file"
    case $file in
      *.sh)
        # shellcheck source=/dev/null
        if [ -x "$file" ]; then "$file"; else . "$file"; fi
        ;;
      *.sql) sql --dbname "$POSTGRES_DB" -f "$file" ;;
      *.sql.gz) gunzip -c "$file" | sql --dbname "$POSTGRES_DB" ;;
      */\*) ;; # the folder is empty
      *) printf 'ignored: %s\n' "$file" ;;
    esac
  done
  unset PGPASSWORD
  PGUSER=$POSTGRES_USER pg_ctl -D "$data" -m fast -w stop
}

# The data folder appears whole or not at all, so that a container killed here can begin again. Only where PGDATA
# itself is the volume is there no place beside it, and it is filled in place as the official image does.
make_data() {
  local data=$PGDATA
  if { [ ! -d "$PGDATA" ] || rmdir "$PGDATA" 2>/dev/null; } && mkdir -p "$(dirname "$PGDATA")" && [ -w "$(dirname "$PGDATA")" ]; then
    data=$PGDATA.new
    rm -rf "$data"
  fi
  mkdir -p "$data"
  chmod 700 "$data" || true # a volume's root may be another's
  init_data "$data"
  PGDATA=$data first_start "$data"
  if [ "$data" != "$PGDATA" ]; then
    sync "$data"
    mv -T "$data" "$PGDATA"
  fi
}

if [ "${1:0:1}" = - ]; then set -- postgres "$@"; fi
if starts_server "$@"; then
  if [ "$(id -u)" = 0 ]; then become_postgres "$@"; fi
  if [ ! -s "$PGDATA/PG_VERSION" ]; then
    umask 0077
    settings
    make_data
    unset POSTGRES_PASSWORD
  fi
fi
exec "$@"
