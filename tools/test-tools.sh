#!/usr/bin/env bash
# Sees to the programs that the tests need and that are no Python packages. On Debian it installs
# what is missing; elsewhere it says what that is, and stops.
set -eu
PATH=$PATH:/sbin

has() { command -v "$1" >/dev/null 2>&1; }

# Where no ldconfig can tell (macOS, Windows), the question does not arise.
has_library() { ! has ldconfig || ldconfig -p | grep -q "$1"; }

# The names of the missing Debian packages. What counts is the program, wherever it came from.
missing() {
    has git || echo git
    [ -x .venv/bin/python ] || "${PYTHON:-python3}" -c 'import ensurepip' 2>/dev/null ||
        echo python3-venv
    # As in tests/conftest.py.
    has "${CHROME_PATH:-chromium}" || has chromium-browser || has google-chrome || echo chromium
    # Playwright's own Node.js is linked to it.
    has_library libatomic.so.1 || echo libatomic1
    java -version >/dev/null 2>&1 || echo default-jre-headless
    has pdftotext || echo poppler-utils
    has fc-list || echo fontconfig
    # Faults of the machine; only Linux has it, as has setpriv.
    [ "$(uname)" != Linux ] || has strace || echo strace
    [ "$(uname)" != Linux ] || has setpriv || echo util-linux
    # For Latin and Arabic script: the fonts of Android phones.
    { has fc-list && [ -n "$(fc-list :lang=fr)" ] && [ -n "$(fc-list :lang=ar)" ]; } ||
        echo fonts-noto-core
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif [ -t 0 ]; then
        sudo "$@"
    else
        sudo --non-interactive "$@"
    fi
}

cd "$(dirname "$0")/.."
packages=$(missing | xargs)
[ -n "$packages" ] || exit 0

if has apt-get && { [ "$(id -u)" = 0 ] || has sudo; }; then
    echo "Installing what the tests need: $packages"
    # A broken list of some other repository is no reason to give up.
    as_root apt-get -qq update || true
    # shellcheck disable=SC2086  # several names, meant as several words
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 \
        install --yes --no-install-recommends $packages >/dev/null || true
    packages=$(missing | xargs)
    [ -n "$packages" ] || exit 0
fi

cat >&2 <<END
The tests need some programs that are not here. Install them, then run this again.
On Debian: apt-get install $packages
Elsewhere: git, Chromium or Chrome (or set CHROME_PATH), a Java runtime, poppler's pdftotext,
           fontconfig, fonts for Latin and Arabic script; on Linux also strace and setpriv.
END
exit 1
