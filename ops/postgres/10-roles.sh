#!/bin/sh
# The two logins that serve, made when the database of compose.yaml is; `waypost migrate` makes every other role.
set -eu
psql --set=ON_ERROR_STOP=1 --username=postgres --dbname=waypost --quiet \
  --set=app="$POSTGRES_APP_PASSWORD" --set=worker="$POSTGRES_WORKER_PASSWORD" <<'SQL'
create role waypost_app login password :'app';
create role waypost_worker login password :'worker';
SQL
