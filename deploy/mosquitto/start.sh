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
export LC_ALL=C

# The health check signs in with a password that lives as long as this container. mosquitto_sub reads it
# from its own file of options.
HEALTH_PASSWORD=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
mkdir -p "$DATA/health"
printf -- '-u health\n-P %s\n' "$HEALTH_PASSWORD" > "$DATA/health/mosquitto_sub"

# A line of the file in which mosquitto_passwd then replaces each password by its hash. An argument of a
# program would be in the list of processes; printf is a part of the shell.
user() {
  case $2 in
    '' | *[!!-~]* | *:*)
      echo "the password of the broker's user $1 must have letters, digits and signs other than : only" >&2
      exit 1
      ;;
  esac
  printf '%s:%s\n' "$1" "$2" >> "$DATA/passwords.new"
}

write_files() {
  rm -f "$DATA/passwords.new"
  user health "$HEALTH_PASSWORD"
  user api "$API_PASSWORD"
  user worker-worker-1 "$WORKER_1_PASSWORD"
  if [ -n "${SIMULATOR_PASSWORD:-}" ]; then
    user simulator "$SIMULATOR_PASSWORD"
  fi
  mosquitto_passwd -U "$DATA/passwords.new"
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
