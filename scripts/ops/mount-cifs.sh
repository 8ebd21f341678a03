#!/usr/bin/env bash
# Mounts the archive's CIFS share on this host, so that its folder can be given to Waypost as STORAGE_ROOT.
#
#   CIFS_REMOTE            //server/share                                        required
#   CIFS_MOUNTPOINT        where it is to stand, made when it is missing         required
#   CIFS_USERNAME, CIFS_PASSWORD   the login; or
#   CIFS_CREDENTIALS_FILE  a file as mount.cifs reads it (username=, password=)
#   CIFS_DOMAIN            optional
#   CIFS_UID, CIFS_GID     who owns the files here; default 10001, the container's account
#
# Run it as root. The password is never on a command line: it goes through a file that only root reads, which is removed
# when this script ends. Exit codes: 0 mounted (or mounted before), 1 mounting failed, 2 wrong use.
set -euo pipefail

usage() {
  printf 'mount-cifs.sh: %s\n' "$1" >&2
  exit 2
}

[ "$(id -u)" -eq 0 ] || usage "must be run as root"
remote="${CIFS_REMOTE:-}" mountpoint="${CIFS_MOUNTPOINT:-}"
[ -n "$remote" ] || usage "CIFS_REMOTE is not set (//server/share)"
[ -n "$mountpoint" ] || usage "CIFS_MOUNTPOINT is not set"
case "$remote" in //?*/?*) ;; *) usage "CIFS_REMOTE must look like //server/share" ;; esac
case "$mountpoint" in /?*) ;; *) usage "CIFS_MOUNTPOINT must be an absolute path" ;; esac
for number in "${CIFS_UID:-10001}" "${CIFS_GID:-10001}"; do
  case "$number" in '' | *[!0-9]*) usage "CIFS_UID and CIFS_GID must be numbers" ;; esac
done
case "${CIFS_DOMAIN:-}" in *[$'\n,']*) usage "CIFS_DOMAIN holds a comma or a line break" ;; esac

if mountpoint --quiet "$mountpoint" 2>/dev/null; then
  printf '%s is mounted already.\n' "$mountpoint"
  exit 0
fi

credentials="${CIFS_CREDENTIALS_FILE:-}"
if [ -n "$credentials" ]; then
  [ -r "$credentials" ] || usage "CIFS_CREDENTIALS_FILE cannot be read: $credentials"
else
  [ -n "${CIFS_USERNAME:-}" ] && [ -n "${CIFS_PASSWORD:-}" ] ||
    usage "set CIFS_USERNAME and CIFS_PASSWORD, or CIFS_CREDENTIALS_FILE"
  case "$CIFS_USERNAME$CIFS_PASSWORD" in *$'\n'*) usage "the login holds a line break" ;; esac
  umask 077
  credentials="$(mktemp)"
  trap 'rm -f "$credentials"' EXIT
  {
    printf 'username=%s\n' "$CIFS_USERNAME"
    printf 'password=%s\n' "$CIFS_PASSWORD"
    [ -z "${CIFS_DOMAIN:-}" ] || printf 'domain=%s\n' "$CIFS_DOMAIN"
  } >"$credentials"
fi

options="credentials=$credentials,uid=${CIFS_UID:-10001},gid=${CIFS_GID:-10001}"
options="$options,file_mode=0640,dir_mode=0750,iocharset=utf8,noserverino"
if [ -n "${CIFS_CREDENTIALS_FILE:-}" ] && [ -n "${CIFS_DOMAIN:-}" ]; then
  options="$options,domain=$CIFS_DOMAIN"
fi

mkdir -p "$mountpoint"
if ! mount -t cifs "$remote" "$mountpoint" -o "$options"; then
  printf 'mount-cifs.sh: mounting %s failed\n' "$remote" >&2
  exit 1
fi
printf '%s stands at %s. Set STORAGE_ROOT to it and run: waypost archive prepare\n' "$remote" "$mountpoint"
