# Sourced: the pinned npm packages (prettier for the formatter, axe-core for the
# accessibility tests).
# shellcheck shell=bash

NODE_DIR=$CACHE/node/$(digest "$DEV/package-lock.json")

install_node_modules() {
    [ ! -e "$NODE_DIR/.complete" ] || return 0
    mkdir -p "$CACHE"
    (
        flock 9
        [ -e "$NODE_DIR/.complete" ] || npm_install 9>&-
    ) 9>"$CACHE/node.lock"
}

npm_install() {
    say "Installing npm packages"
    rm -rf "$NODE_DIR"
    mkdir -p "$NODE_DIR"
    cp "$DEV"/package.json "$DEV"/package-lock.json "$NODE_DIR"
    (cd "$NODE_DIR" && npm ci --no-audit --no-fund --loglevel=error) >/dev/null ||
        die "npm could not install its packages: check the network"
    touch "$NODE_DIR/.complete"
}
