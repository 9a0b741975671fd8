#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Kernels of other Debian releases, with what builds modules for them, each in a tree of its own, .build/kernels/RELEASE; nothing of this machine is changed.
# Usage: kernels.sh [RELEASE[=VERSION]…]: the newest kernel there, or the newest of that version. Default: bullseye=5.10 and trixie-backports, the oldest kernel that the
# loader is for, and the newest for which Debian has packages. A tree that is there is kept. What cannot be had is said, and is no failure: the archive is not ours. Prints a line for each tree: kernel's release, tree. Needs root, for chroot.
set -uo pipefail
cd "$(dirname "$0")/.."
folder=$PWD/.build/kernels
mkdir -p "$folder"
# Two that run at once want the same trees.
exec 9> "$folder/lock"; flock 9
[ $# -gt 0 ] || set -- bullseye=5.10 trixie-backports

# get RELEASE VERSION: unpacks what apt says is needed, signatures checked; the tree appears when it is whole.
get() {
  local suite=$1 tree=$folder/$1.new state=$folder/$1.apt main=${1%-backports} kernel word
  rm -rf "$tree"; mkdir -p "$state"/{lists/partial,cache/archives/partial} "$tree"
  : > "$state/status"
  {
    echo "deb http://deb.debian.org/debian $main main"
    echo "deb http://deb.debian.org/debian-security $main-security main"
    [ "$main" = "$suite" ] || echo "deb http://deb.debian.org/debian $suite main"
  } > "$state/sources"
  local apt=(-qq -o Dir::State="$state" -o Dir::State::status="$state/status" -o Dir::Cache="$state/cache" -o Dir::Etc::sourcelist="$state/sources" -o Dir::Etc::sourceparts=/dev/null
    -o Dir::Etc::parts=/dev/null -o Dir::Etc::preferencesparts=/dev/null -o APT::Architecture=amd64 -o APT::Install-Recommends=false -o APT::Sandbox::User=root)
  local pin=(); [ "$main" = "$suite" ] || pin=(-t "$suite")
  apt-get "${apt[@]}" update || return
  # The packages that only name the newest are not always in a mirror that the newest is in.
  kernel=$(apt-cache "${apt[@]}" search --names-only "^linux-headers-${2:-[0-9]}.*cloud-amd64\$" | sed 's/ .*//; s/^linux-headers-//' | sort -V | tail -1)
  [ -n "$kernel" ] || { echo "no kernel for the cloud in $suite"; return 1; }
  word="linux-image-$kernel"
  # Newer kernels have what boots in a package of its own, which the other one demands with much else.
  [ -z "$(apt-cache "${apt[@]}" search --names-only "^linux-binary-${kernel//+/.}$")" ] || word="linux-binary-$kernel"
  apt-get "${apt[@]}" "${pin[@]}" -y --download-only install "linux-headers-$kernel" "$word" binutils make dash coreutils bash sed grep mawk findutils || return
  for word in "$state"/cache/archives/*.deb; do dpkg-deb -x "$word" "$tree" || return; done
  [ -e "$tree/usr/bin/awk" ] || ln -s mawk "$tree/usr/bin/awk"
  [ -e "$tree/bin/sh" ] || ln -s dash "$tree/bin/sh"
  mkdir -p "$tree"/{dev,proc,boot,mnt}
  [ -e "$tree/dev/null" ] || mknod -m 666 "$tree/dev/null" c 1 3 || return
  [ -e "$tree/boot/vmlinuz-$kernel" ] || cp "$tree/usr/lib/modules/$kernel/vmlinuz" "$tree/boot/vmlinuz-$kernel" || return
  rm -rf "$state" "${tree%.new}"; mv "$tree" "${tree%.new}"
}
for suite in "$@"; do
  version=; case $suite in *=*) version=${suite#*=}; suite=${suite%%=*} ;; esac
  if [ ! -e "$folder/$suite" ]; then
    get "$suite" "$version" > "$folder/$suite.log" 2>&1 || { echo "kernels: $suite: $(tail -1 "$folder/$suite.log")" >&2; rm -rf "$folder/$suite".{new,apt}; continue; }
  fi
  for file in "$folder/$suite"/boot/vmlinuz-*; do echo "${file##*/vmlinuz-} $folder/$suite"; done
done
