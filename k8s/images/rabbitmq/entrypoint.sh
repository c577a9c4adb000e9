#!/usr/bin/env bash
# Starts RabbitMQ. Environment, uid and paths are those of the official rabbitmq image, so that one pod runs on either:
# /etc/rabbitmq/{rabbitmq.conf,conf.d,enabled_plugins}, /var/lib/rabbitmq, RABBITMQ_* as RabbitMQ itself reads them.
set -euo pipefail
# A volume with an fsGroup opens files to the group each time it is mounted; Erlang refuses such a cookie.
cookie=$HOME/.erlang.cookie
if [ -O "$cookie" ]; then chmod 600 "$cookie"; fi
exec "$@"
