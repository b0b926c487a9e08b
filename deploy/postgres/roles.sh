#!/bin/sh
# Makes the owner of the tables and the role of the API in a new server: neither is a superuser.
# An older server is moved by "npm run -w api roles -- --move", see docs/manual/en/production.md.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set owner="$ANSHI_OWNER_PASSWORD" --set app="$ANSHI_APP_PASSWORD" --set database="$POSTGRES_DB" <<'SQL'
CREATE ROLE anshi_owner LOGIN NOSUPERUSER NOBYPASSRLS CREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'owner';
CREATE ROLE anshi_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'app';
ALTER DATABASE :"database" OWNER TO anshi_owner;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO anshi_app;
-- Large objects belong to no tenant, and no policy guards them.
REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) FROM PUBLIC;
\connect template1
REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) FROM PUBLIC;
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;
SQL
