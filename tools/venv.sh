#!/usr/bin/env bash
# Usage: tools/venv.sh FOLDER
# Makes a virtual environment there, with Python 3.11 or later: the one that PYTHON names, else the
# first one found.
set -eu

for python in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        break
    fi
    python=
done

if [ -z "$python" ]; then
    echo "Dateline needs Python 3.11 or later, and ${PYTHON:-python3} is not that." >&2
    echo "Install one, or say where it is: make PYTHON=/path/to/python3" >&2
    exit 1
fi

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "$python cannot make virtual environments." >&2
    echo "On Debian and Ubuntu, install what is missing: apt-get install python3-venv" >&2
    exit 1
fi

# Half an environment would pass for a whole one at the next make.
"$python" -m venv --clear "$1" || { rm -rf "$1"; exit 1; }
