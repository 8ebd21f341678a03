#!/bin/sh
# Would this pair start in production? validate-deploy-contract.sh [--api FILE] [--worker FILE]
# The files are environments (NAME=value lines) as each side will get them; with both, what must agree is compared.
# Exit code 0: yes. 1: no, with one line for each reason. 2: nothing to look at.
set -eu
exec "${PYTHON:-python3}" "$(dirname "$0")/validate_deploy_contract.py" "$@"
