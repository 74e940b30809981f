# Sourced by dev/lint and dev/format: the pinned tools, and the files they see.
# shellcheck shell=bash
# shellcheck source=dev/node_env.sh
. "$DEV/node_env.sh"

LINT_PINS=$DEV/requirements-lint.txt
LINT_VENV=$CACHE/lint/$(digest "$LINT_PINS")

install_lint_tools() {
    install_node_modules
    [ ! -e "$LINT_VENV/.complete" ] || return 0
    (
        flock 9
        "$DEV/setup-python" "$LINT_VENV" "$LINT_PINS" 9>&-
    ) 9>"$CACHE/lint.lock"
}

prettier() {
    node "$NODE_DIR/node_modules/prettier/bin/prettier.cjs" --log-level warn \
        --plugin "$NODE_DIR/node_modules/@prettier/plugin-xml/src/plugin.js" "$@"
}

# The files of the work tree (committed or not) that match the patterns.
files() {
    git -C "$REPO" ls-files --cached --others --exclude-standard "$@" |
        while read -r file; do [ ! -f "$file" ] || printf '%s\n' "$file"; done
}

addons() { files '*/__manifest__.py' | xargs -r -n 1 dirname; }

shell_scripts() { files dev .ci bench | xargs -r grep -lE '^#!/bin/bash|shell=bash'; }

mkdir -p "$CACHE"
PATH=$LINT_VENV/bin:$PATH
cd "$REPO" || exit
