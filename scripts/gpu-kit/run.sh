#!/usr/bin/env bash
# Checks and unpacks the kit in the folder of this file into ./tqstar-gpu-kit, and runs it there:
#   run.sh [arguments of the GPU bench]
#   run.sh tqstar [arguments of the command line]
# It needs bash, coreutils, tar and gzip. Its own exit codes: 65 a part was altered, 66 a file is missing,
# 69 this machine lacks something, 73 the kit cannot be unpacked here.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$PWD/tqstar-gpu-kit
unfinished=$folder.unpacking

fail() {
  printf 'run.sh: %s\n' "$2" >&2
  exit "$1"
}

# Sets `parts` to the paths of all parts, in order.
check_parts() {
  local hash name found
  parts=()
  while read -r hash name; do
    [ -r "$here/$name" ] ||
      fail 66 "The part $name is missing in $here or cannot be read; copy it there from where the kit was made."
    found=$(sha256sum <"$here/$name")
    [ "${found%% *}" = "$hash" ] ||
      fail 65 "The part $name in $here was altered or is incomplete; copy it there again from where the kit was made."
    parts+=("$here/$name")
  done <"$here/SHA256SUMS"
  [ "${#parts[@]}" -gt 0 ] ||
    fail 65 "The file SHA256SUMS in $here is empty; copy it there again from where the kit was made."
}

# Unpacks into a folder with another name first, so that a folder with the right name is always complete.
unpack() {
  if [ -e "$folder" ] && [ ! -f "$folder/SHA256SUMS" ]; then
    fail 73 "$folder exists and is not an unpacked kit; move it away, or run this in another folder."
  fi
  check_parts
  printf 'Unpacking the kit into %s.\n' "$folder" >&2
  rm -rf "$unfinished"
  mkdir "$unfinished" || fail 73 "The kit cannot be unpacked in $PWD; run this in a folder that you can write to."
  cat "${parts[@]}" | tar -xzf - --no-same-owner -C "$unfinished" ||
    fail 73 "The kit cannot be unpacked in $PWD; see what tar says above (its disk may be full)."
  cp "$here/SHA256SUMS" "$unfinished/SHA256SUMS"
  rm -rf "$folder"
  mv "$unfinished" "$folder"
}

[ -r "$here/SHA256SUMS" ] ||
  fail 66 "The file SHA256SUMS is missing in $here; copy it there from where the kit was made."
if [ ! -r "$folder/SHA256SUMS" ] || [ "$(<"$folder/SHA256SUMS")" != "$(<"$here/SHA256SUMS")" ]; then
  unpack
fi

program=bench
if [ "${1:-}" = tqstar ]; then
  program=tqstar
  shift
fi
exec bash "$folder/bin/launch.sh" "$program" "$@"
