#!/usr/bin/env bash
# Downloads the original source archive of this Debian or Ubuntu release's libsrtp2 into <folder> and prints its path.
# It comes from the mirror that the system's APT uses, and APT checks it against the signed index. Neither the sources
# nor the state of the system's APT are touched; root is not needed.
#
# Usage: get-libsrtp2-source.sh <folder>
set -euo pipefail

mkdir -p "$1"
folder=$(cd "$1" && pwd)
apt=$folder/apt
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"

. /etc/os-release
case $ID in
  debian) component=main ;;
  ubuntu) component=universe ;;
  *) echo "no source of libsrtp2 is known for $ID" >&2; exit 1 ;;
esac
mirrors=$(apt-get indextargets --format '$(SITE)' 'Identifier: Packages' | grep -E "/$ID(-ports)?(/|$)") ||
  { echo "APT has no mirror of $ID" >&2; exit 1; }
mirror=${mirrors%%$'\n'*}
keyring=/usr/share/keyrings/$ID-archive-keyring.gpg
echo "deb-src [signed-by=$keyring] $mirror $VERSION_CODENAME $component" >"$apt/sources.list"

options=(
  -o Dir::Etc::SourceList="$apt/sources.list"
  -o Dir::Etc::SourceParts=/dev/null
  -o Dir::State::Lists="$apt/lists"
  -o Dir::Cache="$apt/cache"
  -o APT::Sandbox::User="$(id -un)"
  -o Acquire::Retries=3
  -q
)
cd "$folder"
apt-get "${options[@]}" update >&2
apt-get "${options[@]}" source --download-only --tar-only libsrtp2 >&2
rm -rf "$apt"
ls "$folder"/libsrtp2_*.orig.tar.*
