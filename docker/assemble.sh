#!/bin/sh
# Copies what the server needs at run time, from the built project with its production packages, to a folder of its own.
# Usage: assemble.sh <folder>
set -eu
target=$1
cd "$(dirname "$0")/.."
mkdir -p "$target"

# npm puts most packages into the first node_modules and some into that of the workspace that needs another version.
for place in package.json LICENSE node_modules client/dist \
  protocol/package.json protocol/dist protocol/node_modules \
  server/package.json server/dist server/node_modules; do
  [ ! -e "$place" ] || cp -r --parents "$place" "$target"
done

# Nothing reads at run time: sources of native code (the media worker is made already), binaries for other platforms, the
# compiler (npm installs it with libraries that could use it), types, source maps, pages for people. Licences stay.
cd "$target/node_modules"
rm -rf typescript .bin mediasoup/worker better-sqlite3/deps better-sqlite3/src
find better-sqlite3/prebuilds -type f ! -name "linux-$(node -p process.arch).node" -delete
find "$target" -type f \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' -o -iname 'readme*.md' \
  -o -iname 'changelog*.md' -o -name '*.tsbuildinfo' \) -delete
# Links to workspaces that are not here.
find @minimeet -type l ! -exec test -e {} \; -delete
