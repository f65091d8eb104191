# Sourced by start and check: an environment of the project's own in .venv, kept up to date.
# Needs Python 3.11 or newer with pip, and nothing else.

fail() {
    printf 'influencer-bot: %s\n' "$*" >&2
    exit 1
}

step() {
    printf '\n== %s\n' "$*"
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# Prints the first Python that is new enough; PYTHON=/path/to/python names another.
find_python() {
    for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        if command -v "$name" >/dev/null 2>&1 && is_new_enough "$name"; then
            printf '%s\n' "$name"
            return 0
        fi
    done
    return 1
}

programs_of() {
    if [ -d "$1/Scripts" ]; then printf '%s\n' "$1/Scripts"; else printf '%s\n' "$1/bin"; fi
}

make_environment() {
    python=$(find_python) || fail "needs Python 3.11 or newer, and found none." \
        "Install it, or say where it is: PYTHON=/path/to/python3.11 sh start"
    "$python" -c 'import venv, ensurepip' 2>/dev/null || fail "$python cannot make a virtual" \
        "environment. On Debian and Ubuntu this cures it: apt-get install python3-venv"
    step "Making an environment in .venv with $("$python" --version)"
    "$python" -m venv --clear .venv || fail "could not make .venv, see above."
}

# The files that decide what is installed, as one number.
checksum() {
    cat "$1" pyproject.toml scripts/environment.sh | cksum
}

# Installs a requirements file, unless it is installed already, and the project itself.
prepare_environment() {
    requirements=$1
    bin=$(programs_of .venv)
    is_new_enough "$bin/python" || make_environment
    bin=$(programs_of .venv)
    stamp=".venv/installed-$requirements"
    wanted=$(checksum "$requirements")
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
        return 0
    fi
    step "Installing $requirements (once, and again when it changes; about a minute)"
    "$bin/python" -c 'import pip' 2>/dev/null || "$bin/python" -m ensurepip >/dev/null ||
        fail "the environment in .venv has no pip. Remove .venv and try again."
    pip_install --require-hashes -r "$requirements" ||
        fail "could not install $requirements, see above. Try again."
    pip_install --no-deps --no-build-isolation --editable . ||
        fail "could not install the project itself, see above."
    printf '%s\n' "$wanted" >"$stamp"
}

pip_install() {
    "$bin/python" -m pip install --quiet --quiet --disable-pip-version-check --no-input "$@"
}
