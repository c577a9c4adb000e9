#!/usr/bin/env bash
# Starts RabbitMQ. Environment, uid and paths are those of the official rabbitmq image, so that one pod runs on either:
# /etc/rabbitmq/{rabbitmq.conf,conf.d,enabled_plugins}, /var/lib/rabbitmq, RABBITMQ_* as RabbitMQ itself reads them.
set -euo pipefail

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

if [[ ${1:-} == rabbitmq* ]] && [ "$(id -u)" = 0 ]; then
  if [ "$1" = rabbitmq-server ]; then
    find "$RABBITMQ_DATA_DIR" \! -user rabbitmq -exec chown rabbitmq '{}' +
  fi
  exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups --inh-caps=-all "$0" "$@"
fi

if [ "${1:-}" = rabbitmq-server ]; then
  # As the official image: these have no effect any more, and who sets them would not notice.
  for var in RABBITMQ_DEFAULT_PASS_FILE RABBITMQ_DEFAULT_USER_FILE RABBITMQ_SSL_CERTFILE RABBITMQ_SSL_KEYFILE RABBITMQ_VM_MEMORY_HIGH_WATERMARK; do
    [ -z "${!var:-}" ] || die "$var is set, but not supported: use a file in /etc/rabbitmq/conf.d"
  done
  # A volume with an fsGroup opens files to the group each time it is mounted; Erlang refuses such a cookie.
  cookie=$HOME/.erlang.cookie
  if [ -O "$cookie" ]; then chmod 600 "$cookie"; fi
fi
exec "$@"
