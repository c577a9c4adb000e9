#!/usr/bin/env bash
# One backup of the server whose data volume and socket this pod shares. Its result is a line of JSON.
# FULL_DAYS: a full backup when the last one is older, else a differential one. OWNER: who makes it, for messages.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(realpath "$0")")/common.sh"
# One at a time, also while the pod of a deleted Job still ends.
exec 9>"$VOLUME/backup.lock"
flock 9

sql() { psql -X -qAt -v ON_ERROR_STOP=1 -h "$VOLUME/socket" -U postgres -d postgres "$@"; }

# A store belongs to the volume that first wrote to it: its name is in the store and on the volume. A restored copy has the
# system identifier of its source, so that only this keeps it from writing into the source's store.
claim_store() {
  local ours marker=$PGBACKREST_STANZA.owner found
  mkdir -p "$VOLUME/backup"
  if [ ! -s "$VOLUME/backup/owner" ]; then
    printf '%s, volume %s\n' "$OWNER" "$(cat /proc/sys/kernel/random/uuid)" >"$VOLUME/backup/owner.new"
    mv "$VOLUME/backup/owner.new" "$VOLUME/backup/owner"
  fi
  ours=$(cat "$VOLUME/backup/owner")
  pgbackrest_or_fail repo-ls >/dev/null
  found=$(pgbackrest repo-get --raw --ignore-missing "$marker" || true)
  if [ -z "$found" ]; then
    found=$(pgbackrest_or_fail repo-ls "backup/$PGBACKREST_STANZA")
    if [ -n "$found" ]; then
      fail OtherShopsBackups "the store has backups of an unknown database; use an empty one or another path"
    fi
    pgbackrest_or_fail repo-put --raw "$marker" <"$VOLUME/backup/owner"
    found=$(pgbackrest_or_fail repo-get --raw "$marker")
  fi
  if [ "$found" != "$ours" ]; then
    fail OtherShopsBackups "the store has the backups of $found, not of $ours; use an empty one or another path"
  fi
  pgbackrest_or_fail stanza-create
  cp "$here/store" "$VOLUME/backup/store.new"
  mv "$VOLUME/backup/store.new" "$VOLUME/backup/store"
}

# Runs SQL in which `backups` is the list that pgbackrest reports.
about_backups() {
  pgbackrest_or_fail --log-level-stderr=warn info --output=json >"$info"
  sql <<SQL
\set info \`cat $info\`
with backups as (
  select each ->> 'label' as label, each ->> 'type' as type, (each #>> '{timestamp,stop}')::bigint as stopped, each
  from json_array_elements(:'info'::json -> 0 -> 'backup') as each)
$1
SQL
}

info=$(mktemp)
end=$((SECONDS + ${SERVER_SECONDS:-120}))
until sql -c 'select 1' >/dev/null 2>&1; do
  if ((SECONDS >= end)); then fail Failed "PostgreSQL does not answer: $(sql -c 'select 1' 2>&1 | head -n 1)"; fi
  sleep 1
done
claim_store
recent=$(about_backups "select count(*) from backups where type = 'full' and stopped > extract(epoch from now()) - $FULL_DAYS * 86400")
type='full'
if [ "$recent" != 0 ]; then type='diff'; fi
if ! (pgbackrest_or_fail backup "--type=$type"); then
  # Of WAL that the server could not archive a backup only says that it waited in vain: archiving it here names the error.
  unarchived=$(sql -c "select coalesce(max(last_failed_wal), '') from pg_stat_archiver where last_failed_time > coalesce(last_archived_time, '-infinity')")
  if [ -n "$unarchived" ]; then pgbackrest_or_fail archive-push "$PGDATA/pg_wal/$unarchived"; fi
  exit 1
fi
result=$(about_backups "select json_build_object('label', label, 'type', type,
    'time', to_char(to_timestamp(stopped) at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),
    'size', (each #>> '{info,size}')::bigint, 'stored', (each #>> '{info,repository,delta}')::bigint,
    'walStart', each #>> '{archive,start}', 'walStop', each #>> '{archive,stop}')
  from backups order by stopped desc, label desc limit 1")
printf '%s\n' "$result" | tee "$RESULT"
