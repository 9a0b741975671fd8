#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what the build needs and this machine lacks, from Debian: Z3, libmd and Capstone with their headers, cvc5, Python, Bochs. Says what it does.
# Usage: install.sh [--for-tests | --for-linux]. --for-linux: Debian's kernel, its headers, and what a bootable disc of it takes (scripts/linux.sh).
# The Swift toolchain cannot come from Debian 12; where it is missing, this says so.
set -euo pipefail
packages=()
need() { eval "$1" > /dev/null 2>&1 || packages+=("$2"); }
need 'command -v git' git
need 'command -v make' make
need 'test -f /usr/include/z3.h' libz3-dev
need 'test -f /usr/include/sha2.h' libmd-dev
need 'test -f /usr/include/capstone/capstone.h' libcapstone-dev
if [ -n "${1:-}" ]; then
  need 'command -v python3' python3
  need 'command -v bochs' bochs
  need 'test -e /usr/lib/x86_64-linux-gnu/bochs/plugins/libbx_term_gui.so' bochs-term
  need 'command -v script' bsdutils
fi
if [ "${1:-}" = --for-tests ]; then
  need 'command -v z3' z3
  need 'command -v cvc5' cvc5
fi
if [ "${1:-}" = --for-linux ]; then
  need 'command -v gcc' gcc
  need 'ls /boot/vmlinuz-*-cloud-amd64' linux-image-cloud-amd64
  need 'ls -d /usr/src/linux-headers-*-cloud-amd64' linux-headers-cloud-amd64
  need 'command -v grub-mkrescue' grub-common
  need 'test -d /usr/lib/grub/i386-pc' grub-pc-bin
  need 'command -v xorriso' xorriso
  need 'command -v mformat' mtools
  need 'command -v cpio' cpio
  need 'command -v lz4' lz4
  need 'test -x /bin/busybox || test -x /usr/bin/busybox' busybox-static
  need 'command -v modinfo' kmod
fi
if [ ${#packages[@]} -gt 0 ]; then
  echo "install: ${packages[*]}"
  command -v apt-get > /dev/null || { echo "install: no apt-get here; install these by hand: ${packages[*]}" >&2; exit 1; }
  as_root=(); [ "$(id -u)" = 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" > /dev/null
fi
if ! command -v swift > /dev/null; then
  echo "install: no \`swift\` in PATH. Swift 6.3 or later is needed: https://www.swift.org/install/linux/" >&2
  exit 1
fi
