#!/bin/sh
# Makes what docker-compose.yml needs to know and nobody should choose: passwords, keys, the address of this machine.
# Usage: docker/make-env.sh [file]      (.env beside docker-compose.yml, where docker compose looks)
#
# Run it once before the first `docker compose up`, and again after an upgrade: what is in the file stays as it is, and
# only what is missing is added. The file is for its owner alone.
set -eu

file=${1:-$(cd "$(dirname "$0")/.." && pwd)/.env}
umask 077
[ -e "$file" ] || printf '%s\n' "# Made by docker/make-env.sh. Keep a copy: without it, the databases' volumes cannot be opened." >"$file"
chmod 600 "$file"
# A last line without its end would swallow the first one that is added.
[ -z "$(tail -c 1 "$file")" ] || echo >>"$file"

# Letters and digits only, so that it can be part of an address: 48 hexadecimal digits are 192 bits.
random() {
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}

# add NAME VALUE [COMMENT]: unless the file has the name already.
add() {
  if grep -q "^[[:space:]]*$1=" "$file"; then return; fi
  [ -z "${3:-}" ] || printf '\n# %s\n' "$3" >>"$file"
  printf '%s=%s\n' "$1" "$2" >>"$file"
  echo "added $1"
}

# The address from which this machine speaks to others; on a server behind NAT it is not the one that clients use.
own_address() {
  address=$(ip -4 route get 192.0.2.1 2>/dev/null | sed -n 's/.* src \([0-9.]*\).*/\1/p')
  [ -n "$address" ] || address=$(ipconfig getifaddr en0 2>/dev/null || true)
  echo "${address:-127.0.0.1}"
}

value_of() {
  sed -n "s/^[[:space:]]*$1=//p" "$file" | tail -n 1
}

add SERVER_NAME "$(uname -n | tr -cd 'A-Za-z0-9._-' | cut -c 1-64)" \
  "Name of this server: a different one on each machine that shares the databases."
add MEDIA_ANNOUNCED_ADDRESS "$(own_address)" \
  "Addresses at which participants reach this machine, comma-separated. Put the public one first, where it is behind NAT or in a cloud."
add TURN_ADDRESS "$(value_of MEDIA_ANNOUNCED_ADDRESS | sed 's/,.*//')" "One address or name at which participants reach the TURN server: this machine."

cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
add MEDIA_WORKERS "$cores" "Media workers, one for each core, and a port for each. Change both together."
add MEDIA_PORTS "20000-$((19999 + $(value_of MEDIA_WORKERS)))"

add TURN_SECRET "$(random)" "Shared by MiniMeet and the TURN server."
add JWT_SECRET "$(random)" "Signs access tokens."
add MYSQL_ROOT_PASSWORD "$(random)" "Passwords of the databases. They take them when their volumes are made; later changes here lock you out."
add MYSQL_PASSWORD "$(random)"
add MONGODB_ROOT_PASSWORD "$(random)"
add MONGODB_PASSWORD "$(random)"
add REDIS_PASSWORD "$(random)"
add GRAFANA_PASSWORD "$(random)" "Of the user admin, at the first start of Grafana."

add ADMIN_EMAIL "" "The first administrator: fill in both, or leave both empty. The password has 8 characters at least."
add ADMIN_PASSWORD ""

echo "$file is complete. Look at MEDIA_ANNOUNCED_ADDRESS=$(value_of MEDIA_ANNOUNCED_ADDRESS) before you start."
