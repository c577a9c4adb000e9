#!/usr/bin/env bash
# Restores the backup LABEL into SCRATCH and reads all of it there: every database opens and every table and index is checked.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(realpath "$0")")/common.sh"
data=$SCRATCH/pgdata
sockets=$(mktemp -d)
connection=(-h "$sockets" -U postgres)
rm -rf "$data"
mkdir -m 700 "$data"
pgbackrest_or_fail restore "--pg1-path=$data" "--set=$LABEL" --type=immediate --target-action=promote
start_recovered "$data" "$sockets"
databases=$(psql -X -qAt "${connection[@]}" -d postgres -c 'select datname from pg_database where datallowconn')
tables=0
while read -r database; do
  count=$(psql -X -qAt "${connection[@]}" -d "$database" -c "select count(*) from pg_class where relkind = 'r'") ||
    fail Damaged "database $database of backup $LABEL does not open"
  tables=$((tables + count))
done <<<"$databases"
pg_amcheck "${connection[@]}" --all --install-missing >"$sockets/amcheck.log" 2>&1 ||
  fail Damaged "backup $LABEL: $(head -n 3 "$sockets/amcheck.log" | tr -s '[:space:]' ' ' | cut -c1-900)"
pg_ctl -D "$data" -m immediate stop >/dev/null
rm -rf "$data"
printf '{"label":"%s","time":"%s","databases":%d,"tables":%d}\n' "$LABEL" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$(wc -l <<<"$databases")" "$tables" | tee "$RESULT"
