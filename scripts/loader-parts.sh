# SPDX-License-Identifier: Apache-2.0
# Sourced. What a boot of the loader and the tool takes. loader_parts FOLDER: the module for `kernel`, the tool with its libraries (`tool`: as scripts/linux.sh takes
# them), and the image, all in FOLDER. What went wrong is printed.
source scripts/bare.sh
source scripts/bochs.sh
kernel=${KERNEL:-$(newest_kernel)}
tool_image() { scripts/tool-image.sh "$1" 2> "$1.log" || { tail -5 "$1.log" >&2; return 1; }; }
loader_parts() {
  local base=$1 list
  rm -rf "$base/module"; cp -r Kernel/loader "$base/module"
  make -C "$base/module" KERNEL="$kernel" > "$base/module.log" 2>&1 || { tail -5 "$base/module.log"; return 1; }
  strip -g -o "$base/ostrog.ko" "$base/module/ostrog.ko" || return
  list=$(tool_image "$base/tool") || return
  mapfile -t tool <<< "$list"
  scripts/image.sh "$base/image"
}
