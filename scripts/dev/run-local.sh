#!/bin/sh
# Runs this checkout on this machine, with the .env of this folder.
# run-local.sh [--reload] [--dry-run] [ARGUMENTS OF waypost up]
#   --reload   start again when a file below src/ or config/ changes
#   --dry-run  only say what would run
set -eu
cd -P "$(dirname "$0")/../.."

reload=no
dry=no
while [ $# -gt 0 ]; do
  case "$1" in
    --reload) reload=yes ;;
    --dry-run) dry=yes ;;
    --help)
      sed -n '2,6s/^# \{0,1\}//p' "$0"
      exit 0
      ;;
    *) break ;;
  esac
  shift
done

WAYPOST="${WAYPOST:-.venv/bin/waypost}"
if [ "$dry" = yes ]; then
  echo "$WAYPOST up $*"
  if [ "$reload" = yes ]; then echo "again after every change below src/ and config/"; fi
  exit 0
fi
if [ ! -x "$WAYPOST" ]; then
  echo "$WAYPOST is not there: run make setup first." >&2
  exit 1
fi
if [ "$reload" = no ]; then exec "$WAYPOST" up "$@"; fi

WATCHED="${WATCHED:-src config}"
newest() { find $WATCHED -type f ! -name '*.pyc' -newer "$mark" 2>/dev/null | head -n 1; }
mark="$(mktemp)"
child=
stop() {
  rm -f "$mark"
  if [ -n "$child" ]; then
    kill -TERM "$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  fi
}
trap 'stop; exit 0' INT TERM
trap stop EXIT
while :; do
  touch "$mark"
  "$WAYPOST" up "$@" &
  child=$!
  while [ -z "$(newest)" ]; do
    if ! kill -0 "$child" 2>/dev/null; then
      wait "$child"
      exit $?
    fi
    sleep 1
  done
  echo "Something changed; starting again." >&2
  kill -TERM "$child"
  wait "$child" || true
done
