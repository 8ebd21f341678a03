#!/bin/sh
# Certificates for development: a self-signed one for localhost (RSA 2048, 7 days), and with --signing a PFX to sign with.
#
#   scripts/dev/gen-dev-certs.sh [--dry-run] [--signing] [FOLDER]
#
# Writes localhost.crt and localhost.key into FOLDER (default: certs/dev), and with --signing also signing.pfx with its
# password in signing.pfx.password and its certificate, to be trusted, in signing.crt. --dry-run only says what would
# be done. Files that are there already are replaced; keys are readable by their owner only. Needs openssl.
set -eu

dry= signing= folder=
while [ "$#" -gt 0 ]; do
    case $1 in
    --dry-run) dry=1 ;;
    --signing) signing=1 ;;
    -h | --help)
        sed -n '2,8s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    -*)
        echo "unknown option $1" >&2
        exit 2
        ;;
    *)
        if [ -n "$folder" ]; then
            echo "one folder is enough" >&2
            exit 2
        fi
        folder=$1
        ;;
    esac
    shift
done
folder=${folder:-certs/dev}

run() {
    if [ -n "$dry" ]; then
        echo "would run: $*"
    else
        "$@" 2>/dev/null || {
            echo "failed: $*" >&2
            exit 1
        }
    fi
}

umask 077
command -v openssl >/dev/null 2>&1 || {
    echo "openssl is not installed" >&2
    exit 1
}
run mkdir -p "$folder"
run openssl req -x509 -newkey rsa:2048 -nodes -days 7 -sha256 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
    -keyout "$folder/localhost.key" -out "$folder/localhost.crt"

if [ -n "$signing" ]; then
    run openssl req -x509 -newkey rsa:2048 -nodes -days 7 -sha256 -subj "/O=Development/CN=Test signature, worth nothing" \
        -addext keyUsage=critical,digitalSignature,nonRepudiation -addext basicConstraints=critical,CA:FALSE \
        -keyout "$folder/signing.key" -out "$folder/signing.crt"
    if [ -n "$dry" ]; then
        echo "would write: $folder/signing.pfx.password"
    else
        openssl rand -hex 16 >"$folder/signing.pfx.password"
    fi
    run openssl pkcs12 -export -name waypost -inkey "$folder/signing.key" -in "$folder/signing.crt" \
        -passout "file:$folder/signing.pfx.password" -out "$folder/signing.pfx"
    run rm -f "$folder/signing.key"
fi
if [ -z "$dry" ]; then echo "certificates are in $folder"; fi
