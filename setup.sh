#!/bin/sh
# Sets up .venv from the locks: `sh setup.sh run`, `test`, `lock` (only what pins the packages) or `peers` (for `make bench`). The Makefile calls it.
# Done once per lock: a second call returns at once, and an interrupted one is made good by the next.
# PYTHON=/path/to/python chooses the interpreter.
set -eu
cd "$(dirname "$0")"
unset PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME VIRTUAL_ENV PIP_USER
venv=.venv

stop() {
    echo "Cairn cannot be set up: $1" >&2
    exit 1
}

# The newest Python that suits; one that can make a venv by itself before one that cannot.
suits() { "$1" -c "import sqlite3, ssl, sys; ${2:-pass}; sys.exit(sys.version_info < (3, 11))" >/dev/null 2>&1; }
choose_python() {
    if [ -n "${PYTHON:-}" ]; then
        python=$PYTHON
        suits "$python" || stop "PYTHON=$python is not a working Python 3.11 or newer."
        return
    fi
    for need in "import venv; from ensurepip import bootstrap" ""; do
        for python in python3.14 python3.13 python3.12 python3.11 python3; do
            if suits "$python" "$need"; then return; fi
        done
    done
    stop "no Python 3.11 or newer was found; install python3, or name one with PYTHON=/path/to/python."
}

# Debian and Ubuntu keep ensurepip in a package of its own.
make_venv() {
    rm -rf "$venv"
    if "$python" -m venv "$venv" >/dev/null 2>&1; then
        return
    elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        export DEBIAN_FRONTEND=noninteractive
        { apt-get -qq update && apt-get -qq install -y --no-install-recommends "$package"; } >/dev/null \
            || stop "the package $package could not be installed; install it and try again."
        "$python" -m venv --clear "$venv" || stop "$python could not make the folder $venv."
    elif suits "$python" "import pip.__main__" && "$python" -m venv --clear --without-pip "$venv" >/dev/null 2>&1; then
        return
    else
        stop "$python comes without venv; install the package python3-venv and try again."
    fi
}

install_uv() {
    set -- install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes -r requirements-uv.lock
    if suits "$venv/bin/python" "import pip.__main__"; then
        "$venv/bin/python" -m pip "$@"
    else
        "$python" -m pip --python "$venv/bin/python" "$@"
    fi || stop "uv could not be installed; is the network there? Then try again."
}

# What pip was told about the network holds for uv too; so does what the machine trusts.
follow_pip() {
    if [ -n "${PIP_INDEX_URL:-}" ]; then export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$PIP_INDEX_URL}"; fi
    if [ -n "${PIP_CERT:-}" ]; then export SSL_CERT_FILE="${SSL_CERT_FILE:-$PIP_CERT}"; fi
    if [ -s /etc/ssl/certs/ca-certificates.crt ]; then export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}"; fi
    if [ ! -w "${HOME:-/nowhere}" ]; then export UV_NO_CACHE=1; fi
    export UV_HTTP_TIMEOUT="${UV_HTTP_TIMEOUT:-120}"
}

install_packages() {
    echo "Installing the packages pinned in $1 ..." >&2
    "$venv/bin/uv" pip sync --quiet --python "$venv/bin/python" --compile-bytecode --require-hashes "$1" \
        || stop "the packages in $1 could not be installed; is the network there? Then try again."
    "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --offline --no-deps --no-build-isolation --editable . \
        || stop "Cairn itself could not be installed into $venv; what uv says above tells why."
    # Who runs Cairn may not be allowed to write here, as a service of the machine is not: each start would compile it anew.
    "$venv/bin/python" -m compileall -q -j 0 states config notifications records workflows cli web >/dev/null 2>&1 || true
}

# What the yearly summary's PDF is laid out with. Without it everything else works, and the PDF says what to install.
install_pango() {
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || ldconfig -p | grep -q libpangoft2-1.0.so.0; then return; fi
    echo "Installing the libraries for PDF ..." >&2
    export DEBIAN_FRONTEND=noninteractive
    { apt-get -qq update && apt-get -qq install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 \
        libharfbuzz-subset0 fonts-dejavu-core; } >/dev/null || echo "They could not be installed: papers come without PDF." >&2
}

# The IMAP server that the tests of incoming mail read from. Where systemd runs it would be started as a service of the machine,
# so there it is left to whoever keeps the machine, unless CI=true, and those tests say that they were skipped.
install_dovecot() {
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || command -v dovecot >/dev/null; then return; fi
    if [ -d /run/systemd/system ] && [ "${CI:-}" != true ]; then return; fi
    echo "Installing an IMAP server for the tests ..." >&2
    export DEBIAN_FRONTEND=noninteractive
    { apt-get -qq update && apt-get -qq install -y --no-install-recommends dovecot-imapd; } >/dev/null 2>&1 \
        || echo "It could not be installed: the tests that need it are skipped." >&2
}

# The browser that the tests of the desk are done with; Debian's own, so that no browser is fetched from elsewhere.
install_chromium() {
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || command -v chromium >/dev/null; then return; fi
    echo "Installing a browser for the tests ..." >&2
    export DEBIAN_FRONTEND=noninteractive
    { apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium; } >/dev/null 2>&1 \
        || echo "It could not be installed: the tests that need it are skipped." >&2
}

# A stamp says what was installed: another folder, Python, lock or pyproject.toml asks for it again.
digest() {
    { pwd -P && "$venv/bin/python" -c "import sys; print(sys.version_info[:2])" && cat "$@"; } 2>/dev/null | cksum
}
is_stamped() { [ "$(cat "$venv/ready-$1" 2>/dev/null)" = "$(digest_for "$1")" ]; }
digest_for() {
    case $1 in
        lock) digest requirements-uv.lock ;;
        run) digest requirements-uv.lock requirements.lock pyproject.toml ;;
        test) digest requirements-uv.lock requirements.lock requirements-test.lock pyproject.toml ;;
    esac
}
stamp() { digest_for "$1" >"$venv/ready-$1"; }

# What our figures are held against: in an environment of their own, never in the product's.
install_peers() {
    peers=.venv-bench
    if cmp -s benchmarks/requirements.txt "$peers/ready"; then return; fi
    echo "Installing the peers into $peers ..." >&2
    "$venv/bin/uv" venv --quiet --clear --python "$venv/bin/python" "$peers" \
        && "$venv/bin/uv" pip install --quiet --compile-bytecode --python "$peers/bin/python" -r benchmarks/requirements.txt \
        || stop "the peers could not be installed; is the network there? Then try again."
    cp benchmarks/requirements.txt "$peers/ready"
}

goal=${1:-}
if [ "$goal" = peers ]; then
    follow_pip
    install_peers
    exit 0
fi
case $goal in run | test | lock) ;; *) stop "say what for: sh setup.sh run, test, lock or peers." ;; esac
if is_stamped "$goal" || { [ "$goal" = run ] && is_stamped test; }; then exit 0; fi

follow_pip
if [ -f "$venv/unfinished" ] || ! is_stamped lock; then
    choose_python
    echo "Setting up $venv with $("$python" --version) ..." >&2
    make_venv
    install_uv
    stamp lock
fi
if [ "$goal" = lock ]; then exit 0; fi
rm -f "$venv/ready-run" "$venv/ready-test"
touch "$venv/unfinished"
install_pango
if [ "$goal" = run ]; then
    install_packages requirements.lock
else
    install_dovecot
    install_chromium
    install_packages requirements-test.lock
fi
stamp "$goal"
rm "$venv/unfinished"
