#!/bin/sh
# pytest-xdist 3.8.0 with pytest 9.2.0: `--dist loadgroup` no longer keeps the tests of an `xdist_group` together, and says nothing.
#
# Guess before running: a group that cannot be kept together is an error, or at least a warning.
# Seen on 29 November 2026, Python 3.11: with pytest 9.1.1 all six tests of one group run on one worker; with pytest 9.2.0 the same
# six are spread over both workers, exit code 0, no warning. Fixtures of a module are then made once a worker, and tests that
# share a port or a server meet. (pytest 9.2 keeps the id of a test elsewhere than where xdist 3.8 writes the group.)
# It fails when that changes. It needs a Python 3.11 or newer and the network.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/test_group.py" <<'TESTS'
import time

import pytest

pytestmark = pytest.mark.xdist_group("one")


@pytest.mark.parametrize("number", range(6))
def test_of_the_group(number: int) -> None:
    time.sleep(0.2)
TESTS

workers_with() {
    "${PYTHON:-python3}" -m venv "$folder/$1"
    "$folder/$1/bin/python" -m pip install --quiet --disable-pip-version-check "pytest==$1" pytest-xdist==3.8.0
    (cd "$folder" && "$folder/$1/bin/python" -m pytest -n 2 --dist loadgroup -v -p no:cacheprovider test_group.py) |
        sed -n 's/^\[\(gw[0-9]*\)\].* PASSED .*/\1/p' | sort -u | wc -l | tr -d ' '
}

before=$(workers_with 9.1.1)
after=$(workers_with 9.2.0)
echo "workers that ran the one group: pytest 9.1.1: $before, pytest 9.2.0: $after"
[ "$before" = 1 ] && [ "$after" = 2 ]
