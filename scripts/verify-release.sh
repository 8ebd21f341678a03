#!/bin/sh
# May this release be promoted? verify-release.sh FILE [--at TIME]
# FILE is the text (`ref=`, `sha=`, …) or the JSON of a release candidate. Exit code 0: yes. 1: no, with the reasons.
set -eu
exec "${PYTHON:-python3}" "$(dirname "$0")/verify_release.py" "$@"
