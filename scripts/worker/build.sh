#!/usr/bin/env bash
# Builds mediasoup-worker from the sources in the installed npm package `mediasoup` and packages of Debian or Ubuntu
# (listed in ../lib/worker-build.mjs), where neither a built worker nor the sources of its libraries can be downloaded.
#
# Usage: build.sh <path to node_modules/mediasoup> <output binary>
#
# Environment:
#   JOBS=<n>               Compilers at a time (default: number of cores).
#   LINK=static|shared     How to link libuv, OpenSSL and abseil (default: static).
#   LIBSRTP2_SOURCE=<file> libsrtp2_<version>.orig.tar.*, where APT cannot fetch it.
set -euo pipefail

if [ $# -ne 2 ]; then
  sed -n '2,/^set -euo/p' "$0" | sed '$d; s/^# \{0,1\}//' >&2
  exit 2
fi

kit=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
package=$(cd "$1" && pwd)
out=$(realpath -m "$2")
prefer_static=$([ "${LINK:-static}" = static ] && echo true || echo false)

[ -f "$package/worker/meson.build" ] || { echo "no worker sources in $package" >&2; exit 1; }
for tool in meson ninja g++ pkg-config flatc patch; do
  command -v "$tool" >/dev/null || { echo "$tool is missing" >&2; exit 1; }
done

# Everything happens beside the result, in a copy of the package's worker folder.
mkdir -p "$(dirname "$out")"
work=$(mktemp -d "$(dirname "$out")/build.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp -r "$package/worker" "$work/worker"
cd "$work/worker"

for patch in "$kit"/patches/*.patch; do
  echo "applying $(basename "$patch")"
  patch -p1 --forward --batch <"$patch" || {
    echo "$patch does not apply to this version of mediasoup; review it" >&2
    exit 1
  }
done

# Meson takes a subproject from the folder that its wrap file names, without downloading anything, if that folder is
# already there.
folder_of() { sed -n 's/^directory *= *//p' "subprojects/$1.wrap"; }
for wrap in subprojects/*.wrap; do
  name=$(basename "$wrap" .wrap)
  case $name in
    wingetopt | catch2) continue ;; # Windows and unit tests only.
  esac
  [ -d "$kit/shims/$name" ] || { echo "no shim for subproject $name" >&2; exit 1; }
  cp -r "$kit/shims/$name" "subprojects/$(folder_of "$name")"
done

# libsrtp is compiled here, with OpenSSL as upstream does: Debian builds its package with NSS, which takes more than
# twice as long for a packet. The shim includes <srtp2/srtp.h>, the folder in which libsrtp gets installed.
libsrtp2=${LIBSRTP2_SOURCE:-$("$kit/get-libsrtp2-source.sh" "$work/libsrtp2")}
mkdir subprojects/libsrtp2
tar -xf "$libsrtp2" -C subprojects/libsrtp2 --strip-components=1
headers=subprojects/$(folder_of libsrtp3)/include/srtp2
mkdir "$headers"
cp subprojects/libsrtp2/include/srtp.h subprojects/libsrtp2/crypto/include/*.h "$headers/"

# Debian 12 has Meson 1.0.1. The worker asks for 1.1.0 but uses nothing of it.
if ! printf '1.1.0\n%s\n' "$(meson --version)" | sort -C -V; then
  sed -i "s/meson_version: *'>= *1\.1\.0'/meson_version: '>= 1.0.0'/" meson.build
fi

# The options are those of worker/tasks.py for a release build, plus the last line.
meson setup "$work/build" \
  --prefix "$work/out" --bindir '' --libdir '' \
  --buildtype release -Db_ndebug=true \
  --wrap-mode nodownload "-Dprefer_static=$prefer_static"
ninja -C "$work/build" -j "${JOBS:-$(nproc)}" mediasoup-worker

install -m 755 "$work/build/mediasoup-worker" "$out"
