# Sourced by the other scripts. Sets $root and $python; `make_environment` makes .venv from scripts/lock.txt, once.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=$root/.venv/bin/python

# Sets $system_python. The versions that the tests are run on come first; then python3, if it is new enough.
find_python() {
    local candidate bare=""
    for candidate in ${PYTHON:+"$PYTHON"} python3.13 python3.12 python3.11 python3 python; do
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 </dev/null || continue
        if "$candidate" -c 'import ensurepip, sqlite3, ssl, venv' >/dev/null 2>&1 </dev/null; then
            system_python=$candidate
            return 0
        fi
        bare=${bare:-$candidate}
    done
    if [ -n "$bare" ]; then
        echo "reviewflow: $bare is new enough, but one of its modules ensurepip, venv, sqlite3 and ssl is missing." >&2
        echo "            Debian and Ubuntu keep them apart: apt install python3-venv. Then start again." >&2
    else
        echo "reviewflow needs Python 3.11 or newer; python3.13, python3.12, python3.11 and python3 are missing or older." >&2
        echo "            Install one, or name yours: PYTHON=/path/to/python3.12 $0" >&2
    fi
    return 1
}

# A second start costs the comparison of two files; the copy of the lock is written when all else is in place.
make_environment() {
    if [ -x "$python" ] && [ -f "$root/.venv/lock.txt" ] &&
        [ "$(<"$root/.venv/lock.txt")" = "$(<"$root/scripts/lock.txt")" ]; then
        return 0
    fi
    find_python && "$system_python" "$root/scripts/_environment.py"
}
