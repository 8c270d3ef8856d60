#!/bin/sh
# install-transformers-js.sh FOLDER: transformers.js for bench/transformers-js.bench.ts, which finds it by PEER_TRANSFORMERS_JS=FOLDER.
set -eu
mkdir -p "$1"
npm install --prefix "$1" --ignore-scripts --no-save @huggingface/transformers@4.3.2
