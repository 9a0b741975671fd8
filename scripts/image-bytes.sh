#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints how many bytes of text, constants and data an image has. Usage: image-bytes.sh FOLDER, which scripts/image.sh has filled. (The file that is loaded is longer: each of its sections begins a page.)
set -euo pipefail
source "$(dirname "$0")/bare.sh"
sum=0
while read -r _ name bytes _; do
  case $name in .header | .text | .rodata | .note.gnu.build-id | .data) sum=$((sum + 16#$bytes)) ;; esac
done < <("$(tool llvm-objdump)" -h "$1/ostrog.elf")
echo "$sum"
