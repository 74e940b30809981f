# Sourced by dev/lint and dev/format: the pinned tools, and the files they see.
# shellcheck shell=bash

LINT_PINS=$DEV/requirements-lint.txt
LINT_VENV=$CACHE/lint/$(digest "$LINT_PINS")
NODE_DIR=$CACHE/node/$(digest "$DEV/package-lock.json")

install_lint_tools() {
    [ ! -e "$LINT_VENV/.complete" ] || [ ! -e "$NODE_DIR/.complete" ] || return 0
    (
        flock 9
        "$DEV/setup-python" "$LINT_VENV" "$LINT_PINS" 9>&-
        install_node_modules 9>&-
    ) 9>"$CACHE/lint.lock"
}

install_node_modules() {
    [ ! -e "$NODE_DIR/.complete" ] || return 0
    say "Installing prettier"
    rm -rf "$NODE_DIR"
    mkdir -p "$NODE_DIR"
    cp "$DEV"/package.json "$DEV"/package-lock.json "$NODE_DIR"
    (cd "$NODE_DIR" && npm ci --no-audit --no-fund --loglevel=error) >/dev/null ||
        die "npm could not install prettier: check the network"
    touch "$NODE_DIR/.complete"
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
