# Sourced: the PG* variables of the server in use. Either the one the caller
# named, or a private cluster that only this user (and root) can reach.
# shellcheck shell=bash disable=SC2034 # used by who sources it

# MASS_SENDING_PG_PRIVATE tells a script called by another one that the PGHOST
# it inherits is ours.
if [ -n "${PGHOST:-}${PGSERVICE:-}" ] && [ -z "${MASS_SENDING_PG_PRIVATE:-}" ]; then
    PG_PRIVATE=
else
    PG_PRIVATE=1
    export MASS_SENDING_PG_PRIVATE=1
    # PostgreSQL refuses to run as root, and its user cannot look into root's
    # home; so root's cluster lives in /var/lib, named after the cache.
    if [ "$(id -u)" = 0 ]; then
        PG_DIR=/var/lib/mass_sending/$(printf %s "$CACHE" | sha256sum | cut -c1-8)
    else
        PG_DIR=$CACHE/postgresql
    fi
    PG_BIN=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    PG_DATA=$PG_DIR/data
    PGHOST=$PG_DIR/run
    # A socket's path may have 107 characters.
    if [ ${#PGHOST} -gt 80 ]; then
        PGHOST=/tmp/mass_sending-$(printf %s "$CACHE" | sha256sum | cut -c1-8)
    fi
    export PGHOST PGPORT=5432 PGUSER=odoo
    unset PGDATABASE PGPASSWORD
fi
