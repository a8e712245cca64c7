#!/usr/bin/env bash
# Runs a program of an unpacked kit with the libraries and the Vulkan driver that it needs:
#   launch.sh bench [arguments of the GPU bench]
#   launch.sh tqstar [arguments of the command line]
# It reports what it finds on standard error. Its own exit codes: 66 a named driver is missing, 69 this machine
# lacks something.
set -euo pipefail
shopt -s nullglob globstar

# A prefix of the machine's folders, for tests.
root=

kit=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
library_folders=("$root"/usr/lib/x86_64-linux-gnu "$root"/lib/x86_64-linux-gnu "$root"/usr/lib64 "$root"/lib64)
IFS=: read -ra given_folders <<<"${LD_LIBRARY_PATH:-}"
driver_folders=("$root"/usr/local/nvidia/lib64 "$root"/usr/local/nvidia/lib "${library_folders[@]}" "${given_folders[@]}")

say() { printf '%s\n' "$1" >&2; }

fail() {
  say "tqstar-gpu-kit: $2"
  exit "$1"
}

# Whether version $1 is $2 or older.
up_to() { printf '%s\n%s\n' "$1" "$2" | sort -VC; }

check_machine() {
  local machine text needed
  machine=$(uname -sm)
  [ "$machine" = 'Linux x86_64' ] || fail 69 "The kit is for Linux x86_64; this machine is $machine."
  text=$(getconf GNU_LIBC_VERSION 2>/dev/null || ldd --version 2>/dev/null || true)
  # "glibc 2.36", or "ldd (Debian GLIBC 2.36-9) 2.36"
  [[ ${text%%$'\n'*} =~ \ ([0-9]+\.[0-9]+)$ ]] ||
    fail 69 'The kit needs glibc; none was found on this machine.'
  glibc=${BASH_REMATCH[1]}
  text=$(<"$kit/kit.txt")
  needed=${text##*glibc: }
  up_to "$needed" "$glibc" || fail 69 "The kit needs glibc $needed or newer; this machine has glibc $glibc."
  [ -x "$kit/bin/node" ] ||
    fail 69 "Programs cannot run in $kit; unpack the kit in a folder where they can."
}

# The dynamic loader's list. ldconfig is often in a folder that PATH does not have.
loadable=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null || true)

is_loadable() { [[ $loadable == *$'\t'"$1 (libc6,x86-64"* ]]; }

# Prints the first of the folders $2... that holds the library $1.
folder_of() {
  local folder
  for folder in "${@:2}"; do
    if [ -e "$folder/$1" ]; then
      printf '%s' "$folder"
      return
    fi
  done
  return 1
}

# Sets `own_libraries` to the folders of the kit's libraries that this machine lacks. The system's libraries suit
# its driver and must stay first, but LD_LIBRARY_PATH goes before the system's folders.
choose_libraries() {
  local name needed
  own_libraries=()
  too_new=()
  while read -r name needed; do
    if is_loadable "$name" || folder_of "$name" "${library_folders[@]}" >/dev/null; then continue; fi
    if up_to "$needed" "$glibc"; then
      own_libraries+=("$kit/lib/$name")
      continue
    fi
    case $name in
      libstdc++.so.6 | libgcc_s.so.1)
        fail 69 "This machine lacks $name, and the kit's own needs glibc $needed, but this machine has $glibc; install $name." ;;
      libvulkan.so.1)
        loader_problem="this machine lacks the Vulkan loader $name, and the kit's own needs glibc $needed, but this machine has $glibc" ;;
      *) too_new+=("$name") ;;
    esac
  done <"$kit/lib/needs"
}

is_software() { [[ $1 == *swiftshader* || $1 == *lvp_icd* ]]; }

# Prints the library that an ICD file names; fails if the file is not an ICD file.
library_of() {
  local text
  text=$(tr -d '\n' <"$1")
  [[ $text =~ \"library_path\"[[:space:]]*:[[:space:]]*\"([^\"]+)\" ]] && printf '%s' "${BASH_REMATCH[1]}"
}

# Whether the library $2 of the ICD file $1 exists. Sets `driver_folder` if the loader needs it.
has_library() {
  driver_folder=
  case $2 in
    /*) [ -e "$2" ] ;;
    */*) [ -e "$(dirname "$1")/$2" ] ;;
    *) is_loadable "$2" || driver_folder=$(folder_of "$2" "${driver_folders[@]}") ;;
  esac
}

# Takes the drivers $2 that the variable $1 names, or fails if one is missing.
take_named() {
  local file files library
  IFS=: read -ra files <<<"$2"
  for file in "${files[@]}"; do
    [ -e "$file" ] || fail 66 "$1 names the Vulkan driver $file, which does not exist."
    # The loader reads folders of drivers.
    [ -f "$file" ] || continue
    library=$(library_of "$file") || fail 66 "$1 names $file, which is not the ICD file of a Vulkan driver."
    has_library "$file" "$library" ||
      fail 66 "$1 names the Vulkan driver $file, whose library $library is not on this machine."
  done
  driver=$2
}

# Takes the first hardware driver among the files $2...: NVIDIA's ($1 is "nvidia") or another's ("other").
take_installed() {
  local file library maker
  for file in "${@:2}"; do
    case $file in */egl_vendor.d/* | *i[3-6]86*) continue ;; esac
    library=$(library_of "$file") || continue
    maker=other
    [[ $library != *nvidia* ]] || maker=nvidia
    if [ "$maker" != "$1" ] || is_software "$file"; then continue; fi
    if has_library "$file" "$library"; then
      driver=$file
      return
    fi
    say "The Vulkan driver $file names $library, which is not on this machine."
  done
  return 1
}

# Many containers have NVIDIA's driver without its ICD file; the kit has an ICD file for each of its libraries.
take_bare_library() {
  local library
  for library in libGLX_nvidia.so.0 libEGL_nvidia.so.0; do
    driver=$kit/icd/$library.json
    has_library "$driver" "$library" && return
  done
  driver=
  return 1
}

take_software() {
  local file
  for file in "$root"/usr/share/vulkan/icd.d/lvp_icd*.json "$root"/usr/lib/chromium/vk_swiftshader_icd.json; do
    case $file in *i[3-6]86*) continue ;; esac
    [ -e "$file" ] || continue
    driver=$file
    driver_folder=
    return
  done
}

# Sets `driver` to ICD files, or to nothing, and `driver_folder` to the folder of its library.
find_driver() {
  local variable files
  driver=
  driver_folder=
  # In the loader's own order.
  for variable in VK_DRIVER_FILES VK_ICD_FILENAMES; do
    if [ -n "${!variable:-}" ]; then
      take_named "$variable" "${!variable}"
      return
    fi
  done
  files=("$root"/usr/local/nvidia/**/*icd*.json "$root"/etc/vulkan/icd.d/*.json
    "$root"/usr/share/vulkan/icd.d/*.json "$root"/usr/local/share/vulkan/icd.d/*.json)
  take_installed nvidia "${files[@]}" || take_bare_library || take_installed other "${files[@]}" || take_software
}

set_libraries() {
  local entry path=$driver_folder
  for entry in ${LD_LIBRARY_PATH:+"$LD_LIBRARY_PATH"} "${own_libraries[@]}"; do
    path=${path:+$path:}$entry
  done
  [ -z "$path" ] || export LD_LIBRARY_PATH=$path
}

set_environment() {
  local home=${HOME:-~}
  set_libraries
  [ -z "$driver" ] || export VK_DRIVER_FILES=$driver VK_ICD_FILENAMES=$driver
  if [ -w "$kit" ]; then export TQSTAR_CACHE=${TQSTAR_CACHE:-$kit/cache}; fi
  # Node fails without a home, and a user without an entry in /etc/passwd has none.
  [ -w "$home" ] || home=$kit
  export HOME=$home
}

show_gpu() {
  local command
  command=$(PATH=$PATH:$root/usr/local/nvidia/bin command -v nvidia-smi) || {
    say 'nvidia-smi is not on this machine.'
    return
  }
  "$command" --query-gpu=name,driver_version,memory.total --format=csv,noheader >&2 ||
    say "nvidia-smi ($command) failed."
}

show_driver() {
  if [ -z "$driver" ]; then
    say 'No Vulkan driver was found.'
  elif is_software "$driver"; then
    say "Vulkan driver: $driver. It is a software driver: it runs on the CPU, and its times say nothing about a GPU."
  else
    say "Vulkan driver: $driver"
  fi
  [ "${#too_new[@]}" -eq 0 ] ||
    say "This machine lacks ${too_new[*]}, and the kit's own need a newer glibc; the driver may need them."
}

# Whether a run of the bench needs a Vulkan driver.
needs_vulkan() {
  case " $* " in
    *' --device cpu '* | *' --device=cpu '* | *' --device cuda '* | *' --device=cuda '*) return 1 ;;
    *' --help '* | *' -h '*) return 1 ;;
  esac
}

program=$1
shift
loader_problem=
check_machine
choose_libraries
find_driver
set_environment
if [ "$program" = bench ]; then
  cat "$kit/kit.txt" >&2
  show_gpu
  show_driver
  if needs_vulkan "$@"; then
    [ -z "$loader_problem" ] || fail 69 "WebGPU cannot be used: $loader_problem; install it, or run with --device cpu or --device cuda."
    [ -n "$driver" ] || fail 69 "No Vulkan driver was found on this machine; install the GPU's driver, set VK_DRIVER_FILES to its ICD file, or run with --device cpu or --device cuda."
  fi
  exec "$kit/bin/node" "$kit/dist/bench.js" gpu "$@"
fi
if [ "${1:-}" = doctor ]; then
  cat "$kit/kit.txt" >&2
  show_gpu
fi
if [ "${1:-}" = doctor ] || is_software "$driver"; then show_driver; fi
exec "$kit/bin/node" "$kit/dist/cli.js" "$@"
