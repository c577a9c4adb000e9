#!/usr/bin/env bash
# archive_command: copies one WAL file to the store. Until a backup has found that the store is ours (backup.sh) the file is not
# needed: without a backup nothing can be restored from it, and in a store of another shop it would do damage.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(realpath "$0")")/common.sh"
if [ "$(cat "$VOLUME/backup/store" 2>/dev/null || true)" != "$(cat "$here/store")" ]; then exit 0; fi
exec pgbackrest --log-level-stderr=warn archive-push "$1"
