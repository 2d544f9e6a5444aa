#!/bin/sh
# The peers' own environment, beside the product's and never in it.
set -eu
[ -f .venv-bench/.ready ] && cmp -s benchmarks/requirements.txt .venv-bench/.ready && exit 0
.venv/bin/uv venv --quiet --clear --python .venv/bin/python .venv-bench
.venv/bin/uv pip install --quiet --compile-bytecode --python .venv-bench/bin/python -r benchmarks/requirements.txt
cp benchmarks/requirements.txt .venv-bench/.ready
