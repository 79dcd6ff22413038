#!/bin/sh
# Pins requirements/*.in into *.txt: for every platform, by hash, with no index address inside.
set -eu
cd "$(dirname "$0")/.."
for name in uv base build test; do
    echo "pinning requirements/$name.in" >&2
    UV_CUSTOM_COMPILE_COMMAND="make requirements" "${VENV:-.venv}/bin/uv" pip compile --quiet --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-emit-find-links "requirements/$name.in" -o "requirements/$name.txt" "$@"
done
