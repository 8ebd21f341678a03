#!/bin/sh
# Does this checkout work? Starts it beside a stand-in of Zammad, sends a signed webhook and looks at the PDF.
# smoke-test.sh [--files-only]: --files-only only looks whether the files that operators call by name are there.
set -eu
cd -P "$(dirname "$0")/../.."

case "${1:-}" in
  "" | --files-only) ;;
  *)
    echo "usage: smoke-test.sh [--files-only]" >&2
    exit 2
    ;;
esac

missing=0
for file in README.md Dockerfile compose.yaml compose.archiver.yaml .env.example config/config.example.yaml \
  docs/config.schema.json docs/archive-operations.md docs/moving.md ops/systemd/zammad-archiver.service \
  ops/systemd/zammad-archiver.env scripts/ops/verify-pdf.sh scripts/ops/verify-pdf.py scripts/ops/mount-cifs.sh \
  scripts/dev/run-local.sh scripts/dev/gen-dev-certs.sh; do
  if [ ! -f "$file" ]; then
    echo "missing: $file" >&2
    missing=1
  fi
done
[ "$missing" -eq 0 ] || exit 1
if [ "${1:-}" = --files-only ]; then
  echo "smoke-test: files ok"
  exit 0
fi

PYTHON="${PYTHON:-.venv/bin/python}"
[ -x "$PYTHON" ] || PYTHON=python3
exec "$PYTHON" -m scripts.ci.smoke
