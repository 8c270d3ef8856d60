#!/bin/sh
# make-venv.sh FOLDER: a Python environment with the libraries that the benches compare with. Then:
#   PEER_PYTHON=FOLDER/bin/python npm run bench
set -eu
python3 -m venv "$1"
"$1/bin/pip" install -r "$(dirname "$0")/requirements.txt"
