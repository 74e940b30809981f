# Sourced: making, copying and dropping databases together with their files.
# shellcheck shell=bash
# shellcheck source=dev/pg_env.sh
. "$DEV/pg_env.sh"

FILESTORE=$CACHE/data/filestore

db_exists() { [ -n "$(psql -d postgres -qAtc "SELECT 1 FROM pg_database WHERE datname = '$1'")" ]; }

db_drop() {
    dropdb --if-exists --force "$1" 2>/dev/null
    rm -rf "${FILESTORE:?}/$1"
}

# Files are named after their content and never changed: links will do.
db_copy() {
    createdb --template="$1" "$2"
    [ ! -d "$FILESTORE/$1" ] || cp -al "$FILESTORE/$1" "$FILESTORE/$2"
}

# The modules to have in place before the addon itself is installed.
#   plain: what the addon depends on, and nothing else
#   full:  also every auto-install addon, and the neighbours that share its
#          models, with demo data
base_modules() {
    local depends
    depends=$(python3 -c "
import ast, sys
print(','.join(sorted(ast.literal_eval(open(sys.argv[1]).read())['depends'])))
" "$REPO/$ADDON/__manifest__.py")
    case $1 in
    plain) printf %s "$depends" ;;
    full) printf %s "$depends,mass_mailing,mass_mailing_sms" ;;
    esac
}

install_options() {
    case $1 in
    plain) printf %s "--skip-auto-install" ;;
    full) printf %s "--with-demo" ;;
    esac
}

# Print the name of the template database of a flavour; build it if needed.
# Its name holds a digest of all that it was made from.
db_template() {
    local flavour=$1 modules options name
    modules=$(base_modules "$flavour")
    options=$(install_options "$flavour")
    name=ms_template_${flavour}_$(printf '%s\n' "$modules $options" "$(odoo_path)" "$VENV" |
        sha256sum | cut -c1-8)
    (
        flock 8
        db_exists "$name" || db_build_template "$name" "$modules" "$options"
    ) 8>"$CACHE/$name.lock" >&2
    printf %s "$name"
}

# Built under another name first: a broken build is never taken for a template.
db_build_template() {
    local name=$1 modules=$2 options=$3 log=$CACHE/log/$1.log
    say "Building template database $name ($modules $options)"
    mkdir -p "$CACHE/log"
    db_drop "${name}_new"
    # shellcheck disable=SC2086 # options are words
    "$DEV/odoo-bin" -d "${name}_new" -i "$modules" $options --stop-after-init \
        --no-http --max-cron-threads=0 >"$log" 2>&1 8>&- ||
        die "the template could not be built, see $log"
    ! grep -E '(ERROR|CRITICAL) ' "$log" || die "errors above, from $log"
    psql -d postgres -qc "ALTER DATABASE \"${name}_new\" RENAME TO \"$name\""
    rm -rf "${FILESTORE:?}/$name"
    [ ! -d "$FILESTORE/${name}_new" ] || mv "$FILESTORE/${name}_new" "$FILESTORE/$name"
}
