#!/bin/sh
# Resolves requirements.lock (the product) and requirements-dev.lock (tests and checks), with hashes and no addresses.
# django-htmx is wanted for the htmx files it carries, not for Django, which therefore stays out.
set -eu
uv pip compile pyproject.toml --extra tracing --extra pkcs11 --group build \
  --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet \
  --no-emit-package django --no-emit-package asgiref --no-emit-package sqlparse --output-file requirements.lock
uv pip compile pyproject.toml --extra tracing --extra pkcs11 --group build --group test --group check --constraint requirements.lock \
  --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet \
  --no-emit-package django --no-emit-package asgiref --no-emit-package sqlparse --output-file requirements-dev.lock
