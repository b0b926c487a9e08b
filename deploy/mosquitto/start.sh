#!/bin/sh
# Starts mosquitto with a user for each part of the installation. The passwords come from .env, the
# rights from acl beside this file; devices that are registered in the app are added from the folder
# that the API writes (USERS_DIR), and read again whenever it changes.
set -eu
CONFIG=${CONFIG_DIR:-/mosquitto/config}
DATA=${DATA_DIR:-/mosquitto/data}
USERS=${USERS_DIR:-/mosquitto/users}
LOOK_EVERY=${LOOK_EVERY:-5}
umask 077

# The health check signs in with a password that lives as long as this container.
HEALTH_PASSWORD=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
printf %s "$HEALTH_PASSWORD" > "$DATA/health-password"

write_files() {
  rm -f "$DATA/passwords.new"
  : > "$DATA/passwords.new"
  mosquitto_passwd -b "$DATA/passwords.new" health "$HEALTH_PASSWORD"
  mosquitto_passwd -b "$DATA/passwords.new" api "$API_PASSWORD"
  mosquitto_passwd -b "$DATA/passwords.new" worker-worker-1 "$WORKER_1_PASSWORD"
  if [ -n "${SIMULATOR_PASSWORD:-}" ]; then
    mosquitto_passwd -b "$DATA/passwords.new" simulator "$SIMULATOR_PASSWORD"
  fi
  cp "$CONFIG/acl" "$DATA/acl.new"
  # The parts above have their passwords from .env alone.
  if [ -f "$USERS/passwords" ]; then
    grep -v -E '^(health|api|worker-worker-1|simulator):' "$USERS/passwords" >> "$DATA/passwords.new" || true
  fi
  if [ -f "$USERS/acl" ]; then
    printf '\n' >> "$DATA/acl.new"
    cat "$USERS/acl" >> "$DATA/acl.new"
  fi
  if [ "$(id -u)" = 0 ] && id mosquitto > /dev/null 2>&1; then
    chown mosquitto "$DATA/passwords.new" "$DATA/acl.new"
  fi
  mv "$DATA/passwords.new" "$DATA/passwords"
  mv "$DATA/acl.new" "$DATA/acl"
}

seen() {
  cat "$USERS/passwords" "$USERS/acl" 2> /dev/null | cksum
}

write_files
LAST=$(seen)
mosquitto -c "${MOSQUITTO_CONF:-$CONFIG/mosquitto.conf}" &
BROKER=$!
trap 'kill -TERM "$BROKER" 2> /dev/null' TERM INT
while kill -0 "$BROKER" 2> /dev/null; do
  NOW=$(seen)
  if [ "$NOW" != "$LAST" ]; then
    LAST=$NOW
    write_files
    kill -HUP "$BROKER"
  fi
  sleep "$LOOK_EVERY" &
  wait $! || true
done
wait "$BROKER"
