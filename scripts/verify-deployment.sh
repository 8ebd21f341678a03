#!/bin/sh
# Does this deployment work? Asks API, worker and web by their own addresses and writes a summary.
#
#   API_BASE_URL  WORKER_BASE_URL  WEB_BASE_URL     where they are; each is needed unless switched off below
#   VERIFY_API    VERIFY_WORKER    VERIFY_WEB       true; false leaves one out
#   VERIFY_RETRIES=12  VERIFY_DELAY_SEC=5           tries for each of them, and the pause in between
#   RELEASE_SHA  RELEASE_REF  RELEASE_CREATED_AT    what must be running, at API and worker; each as far as it is named
#   VERIFY_SUMMARY_FILE=deployment-verify-summary.json
#
# Exit code 0: all that was asked is well. 1: something is not; the summary says what. 2: called wrongly.
set -eu
exec "${PYTHON:-python3}" "$(dirname "$0")/verify_deployment.py" "$@"
