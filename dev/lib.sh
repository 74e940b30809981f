# Sourced by every script in dev/: where things are, and how to say so.
# Nothing here installs or starts anything.
# shellcheck shell=bash disable=SC2034 # used by who sources it

set -euo pipefail

REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
DEV=$REPO/dev
CACHE=${MASS_SENDING_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mass_sending}
ADDON=mass_sending

# Databases and files of this checkout, so that several checkouts share one
# cache and one PostgreSQL cluster without stepping on each other.
CHECKOUT_ID=$(printf %s "$REPO" | sha256sum | cut -c1-6)
DB_PREFIX=${MASS_SENDING_DB_PREFIX:-ms_$CHECKOUT_ID}
RUN_DIR=$CACHE/run/$CHECKOUT_ID

say() {
    if [ -t 2 ]; then printf '\033[1m==> %s\033[0m\n' "$*"; else echo "==> $*"; fi >&2
}
warn() { printf 'warning: %s\n' "$*" >&2; }
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# A digest of the given files, short enough for a folder or database name.
digest() { cat "$@" | sha256sum | cut -c1-10; }

# The root command prefix for what only root may do; empty for root itself.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "this needs root: $* (run it yourself, then try again)"
    fi
}

# Where Odoo is: a checkout named by ODOO_SOURCE, or the unpacked package.
ODOO_TREES=$CACHE/odoo
odoo_path() {
    if [ -n "${ODOO_SOURCE:-}" ]; then
        (cd "$ODOO_SOURCE" 2>/dev/null && pwd -P) ||
            die "ODOO_SOURCE=$ODOO_SOURCE is not a folder"
    else
        readlink -f "$ODOO_TREES/current"
    fi
}

# The add-on folders Odoo searches: this checkout, then Odoo's own. A source
# checkout has most of its add-ons beside the package odoo; Debian has them all
# inside, and beside it only a copy without data files.
addons_path() {
    local odoo=$1 path=$REPO
    [ -d "$odoo/odoo/addons/web" ] || path=$path,$odoo/addons
    printf %s "$path,$odoo/odoo/addons"
}

PINS=("$DEV/requirements.txt" "$DEV/requirements-test.txt")
VENV=$CACHE/venv/$(digest "${PINS[@]}")

# The next free TCP port at or above the given one.
free_port() {
    python3 - "$1" <<'PY'
import socket, sys
for port in range(int(sys.argv[1]), 65535):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        print(port)
        break
PY
}
