#!/bin/sh
# Prepares this folder so that Marelle runs: `tools/set_up.sh run` or `tools/set_up.sh test`. May be run again at any time.
set -eu
cd "$(dirname "$0")/.."
purpose=${1:-run}
python=${PYTHON:-python3}
venv=${VENV:-.venv}

say() { printf '%s\n' "$*" >&2; }
stop() { say "Marelle cannot be set up: $*"; exit 1; }

# 1. Python -----------------------------------------------------------------------------------------------------------
command -v "$python" > /dev/null || stop "$python is missing; install Python 3.11 or later (Debian: apt install python3)."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    stop "$python is older than 3.11; name a later one with PYTHON=…, for example make demo PYTHON=python3.13."
"$python" -c 'import ensurepip, venv' 2> /dev/null ||
    stop "Python's venv is missing; install it (Debian: apt install python3-venv) and run this again."

version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if [ -x "$venv/bin/python" ] && [ "$("$venv/bin/python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')" != "$version" ]; then
    say "[1/4] $venv is not for Python $version: making it anew"
    rm -rf "$venv"
fi
if ! "$venv/bin/python" -c 'import pip' 2> /dev/null; then
    say "[1/4] Python $version: making $venv"
    "$python" -m venv --clear "$venv"
fi

# 2. uv, which installs the rest --------------------------------------------------------------------------------------
stamp_of() { cat "$@" | "$venv/bin/python" -c 'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())'; }
is_done() { [ "$(cat "$venv/stamp-$1" 2> /dev/null)" = "$2" ]; }

wanted=$(stamp_of requirements/uv.txt)
if ! is_done uv "$wanted"; then
    say "[2/4] installing uv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt ||
        stop "uv could not be installed; check that this machine reaches a package index, then run this again."
    printf '%s\n' "$wanted" > "$venv/stamp-uv"
fi

# 3. what Marelle needs, pinned by hash -------------------------------------------------------------------------------
set -- requirements/base.txt requirements/build.txt
[ "$purpose" = test ] && set -- "$@" requirements/test.txt
wanted=$(stamp_of "$@")
if ! is_done "$purpose" "$wanted"; then
    say "[3/4] installing packages pinned by hash: $*"
    files=""
    for file in "$@"; do files="$files -r $file"; done
    # shellcheck disable=SC2086
    "$venv/bin/uv" pip install --python "$venv/bin/python" --compile-bytecode --require-hashes $files ||
        stop "a package could not be installed; check that this machine reaches a package index, then run this again."
    printf '%s\n' "$wanted" > "$venv/stamp-$purpose"
fi

# the product itself: importable from here, and the command `marelle`
pwd > "$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/marelle-here.pth"
cat > "$venv/bin/marelle" << 'SCRIPT'
#!/bin/sh
exec "$(dirname "$(readlink -f "$0")")/python" -m marelle.config.command "$@"
SCRIPT
chmod 755 "$venv/bin/marelle"

# 4. what is made from sources ----------------------------------------------------------------------------------------
"$venv/bin/python" tools/messages.py compile --quiet
if [ -f tools/assets.py ]; then
    "$venv/bin/python" tools/assets.py >&2
fi
say "[4/4] ready: Python $version in $venv"
