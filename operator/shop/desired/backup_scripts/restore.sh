#!/usr/bin/env bash
# Sets up an empty data volume from a backup: RESTORE_TIME (RFC 3339), RESTORE_LABEL (that backup alone) or, without either, all that
# the store has. RESTORE_ID names the request. A volume that has a database is left as it is.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(realpath "$0")")/common.sh"
# One at a time, also while the pod of a deleted Job still ends.
exec 9>"$VOLUME/backup.lock"
flock 9
new=$PGDATA.restoring
sockets=$(mktemp -d)
sql() { psql -X -qAt -v ON_ERROR_STOP=1 -h "$sockets" -U postgres -d postgres "$@"; }

if [ -e "$PGDATA" ]; then
  # This request's own result, when the Job ran again after its end.
  if [ "$(cat "$VOLUME/restored" 2>/dev/null)" = "$RESTORE_ID" ]; then exit 0; fi
  fail VolumeInUse "the volume has a database already, which is never restored over; give the Shop another name, or delete its volume"
fi
if [ -n "${RESTORE_TIME:-}" ]; then
  time=${RESTORE_TIME/T/ }
  target=(--type=time "--target=${time/Z/+00}" --target-action=promote)
elif [ -n "${RESTORE_LABEL:-}" ]; then
  target=("--set=$RESTORE_LABEL" --type=immediate --target-action=promote)
else
  target=(--type=default)
fi
# The data folder appears whole or not at all, so that a restore cut short begins again.
rm -rf "$new"
mkdir -m 700 "$new"
pgbackrest_or_fail restore "--pg1-path=$new" "${target[@]}"
start_recovered "$new" "$sockets"
reached=$(sql -c "select to_char(pg_last_xact_replay_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")
# The server that continues from here does not know this store.
for setting in restore_command recovery_target recovery_target_time recovery_target_action recovery_target_timeline recovery_target_inclusive; do
  sql -c "alter system reset $setting"
done
pg_ctl -D "$new" -m fast stop >/dev/null
printf '%s\n' "$RESTORE_ID" >"$VOLUME/restored"
sync "$VOLUME/restored" "$new"
mv -T "$new" "$PGDATA"
printf '{"reached":"%s"}\n' "$reached" | tee "$RESULT"
