#!/bin/sh
# Verify the signatures of a PDF: the first line of the output is PASS (exit 0) or FAIL (exit 1).
#
#   scripts/ops/verify-pdf.sh FILE.pdf
#
# Uses pyhanko, else pyhanko-cli, else verify-pdf.py beside this script. What they say goes to stderr: after FAIL always,
# after PASS with VERIFY_PDF_SHOW_DETAILS=1. Exit 2: wrong usage, or nothing to verify with.
#
#   VERIFY_PDF_TRUST=a.pem:b.pem           certificates to trust
#   VERIFY_PDF_TRUST_REPLACE=1             and no others (the system's)
#   VERIFY_PDF_OTHER_CERTS=c.pem           certificates that may stand between
#   VERIFY_PDF_RETROACTIVE_REVINFO=1       accept revocation data that is newer than the signature
#   VERIFY_PDF_OFFLINE=1                   ask nobody: only what the file itself holds (always by verify-pdf.py)
set -u

if [ "$#" -ne 1 ] || [ "$1" = "-h" ] || [ "$1" = "--help" ]; then
    echo "Usage: $(basename "$0") FILE.pdf" >&2
    exit 2
fi
file=$1
if [ ! -r "$file" ] || [ -d "$file" ]; then
    echo FAIL
    echo "$file cannot be read" >&2
    exit 1
fi

said=$(mktemp) || exit 2
trap 'rm -f "$said"' EXIT HUP INT TERM

verdict() {
    echo "$1"
    if [ "$1" = FAIL ] || [ "${VERIFY_PDF_SHOW_DETAILS:-0}" = 1 ]; then
        cat "$said" >&2
    fi
    if [ "$1" = PASS ]; then exit 0; else exit 1; fi
}

# each_of OPTION LIST: the colon-separated files of a list, each after the option, into "$@" of the caller's eval
each_of() {
    printf '%s\n' "$2" | tr ':' '\n' | while IFS= read -r one; do
        [ -n "$one" ] || continue
        printf ' %s %s' "$1" "$(printf '%s' "$one" | sed "s/'/'\\\\''/g; s/^/'/; s/\$/'/")"
    done
}

tool=
if [ "${VERIFY_PDF_OFFLINE:-0}" != 1 ]; then
    for one in pyhanko pyhanko-cli; do
        if command -v "$one" >/dev/null 2>&1; then
            tool=$one
            break
        fi
    done
fi

if [ -n "$tool" ]; then
    options=
    if [ -n "${VERIFY_PDF_TRUST:-}" ]; then options="$options$(each_of --trust "$VERIFY_PDF_TRUST")"; fi
    if [ -n "${VERIFY_PDF_OTHER_CERTS:-}" ]; then
        options="$options$(each_of --other-certs "$VERIFY_PDF_OTHER_CERTS")"
    fi
    if [ "${VERIFY_PDF_TRUST_REPLACE:-0}" = 1 ]; then options="$options --trust-replace"; fi
    if [ "${VERIFY_PDF_RETROACTIVE_REVINFO:-0}" = 1 ]; then options="$options --retroactive-revinfo"; fi
    eval "\"$tool\" sign validate --executive-summary $options -- \"\$file\"" >"$said" 2>&1
    status=$?
    # A file without any signature is no success, whatever the tool thinks of it.
    if [ "$status" -eq 0 ] && grep -q ':VALID$' "$said" && ! grep -q ':INVALID$' "$said"; then
        verdict PASS
    fi
    grep -q -e 'VALID$' -e '[Ee]rror' "$said" || echo "no signature in $file" >>"$said"
    verdict FAIL
fi

for python in "${VERIFY_PDF_PYTHON:-}" python3 python; do
    [ -n "$python" ] && command -v "$python" >/dev/null 2>&1 || continue
    "$python" "$(dirname "$0")/verify-pdf.py" "$file" >"$said" 2>&1
    case $? in
    0) verdict PASS ;;
    1) verdict FAIL ;;
    *)
        cat "$said" >&2
        exit 2
        ;;
    esac
done
echo "neither pyhanko, pyhanko-cli nor Python is installed" >&2
exit 2
