#!/bin/sh
# Takes from an installed node_modules what nothing reads at run time: sources of native code, types, source maps, pages for
# people, and binaries for other platforms. Usage: prune.sh <node_modules>
set -eu
cd "$1"

# The worker has been made; the database library brings a binary for each platform.
rm -rf mediasoup/worker better-sqlite3/deps better-sqlite3/src
find better-sqlite3/prebuilds -mindepth 1 -maxdepth 1 ! -name "linux-$(node -p process.arch).node" -exec rm -rf {} +

find . -type f \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' -o -iname '*.md' \) -delete
