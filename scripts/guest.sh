# SPDX-License-Identifier: Apache-2.0
# Sourced, with the test's own arguments, by tests that boot Debian's kernel in Bochs: `base`, the folder of the first argument or one for this run alone; `kernel`, the release that is
# booted; checks; and what goes into the guest. What went wrong with that is printed.
base=${1:-}
if [ -z "$base" ]; then base=$(mktemp -d); trap 'rm -rf "$base"' EXIT; fi
mkdir -p "$base"; base=$(cd "$base" && pwd)
source scripts/checks.sh
source scripts/bare.sh
source scripts/bochs.sh
kernel=${KERNEL:-$(newest_kernel)}
# build_module RELEASE SOURCES FOLDER: the module in a copy of its sources, by that kernel's own compiler where it is another Debian release's; what was said is in FOLDER.log.
build_module() {
  local release=$1 folder=$3 tree
  tree=$(kernel_tree "$release")
  rm -rf "$folder"; cp -r "$2" "$folder"; rm -f "$folder"/*.o "$folder"/.*.cmd "$folder"/*.ko
  if [ -z "$tree" ]; then make -C "$folder" KERNEL="$release" > "$folder.log" 2>&1; return; fi
  # objtool reads /proc.
  unshare -m sh -c 'mount --bind /proc "$1/proc" && mount --bind "$2" "$1/mnt" && exec chroot "$1" make -C /mnt KERNEL="$3"' - "$tree" "$folder" "$release" > "$folder.log" 2>&1
}
# guest_module NAME SOURCES: BASE/NAME.ko for that kernel.
guest_module() {
  local folder=$base/module-$1
  build_module "$kernel" "$2" "$folder" || { tail -5 "$folder.log"; return 1; }
  strip -g -o "$base/$1.ko" "$folder/$1.ko"
}
# guest_tool: the tool with its libraries, or with STATIC=1 as one file; `tool` lists them as scripts/linux.sh takes them.
guest_tool() {
  local list
  list=$(scripts/tool-image.sh ${STATIC:+--static} "$base/tool" 2> "$base/tool.log") || { tail -5 "$base/tool.log"; return 1; }
  mapfile -t tool <<< "$list"
}
# guest_issue: BASE/issue, which issues ioctls.
guest_issue() { gcc -O2 -static -Wall -Wextra -Werror -s -o "$base/issue" Tests/Loader/issue.c; }
# guest_tick: BASE/tick.bin, the inmate: on the hypervisor's console, a tick each 50,000 ticks of the TSC; its two words lie in its own memory.
guest_tick() {
  local inmates=$PWD/Kernel/inmates
  (cd "$base" && inmates "$inmates" tick) || return
  python3 - "$base/tick.bin" << 'END'
import struct, sys
with open(sys.argv[1], "r+b") as file:
    file.seek(16)
    file.write(struct.pack("<4Q", 0, 50000, 0xf0000, 0xf0008))
END
}
# guest_drivers LIST NAME…: Linux' own modules for that kernel, unpacked, as far as it has them; /LIST names them in the guest, in that order, and `drivers` is added to.
drivers=()
guest_drivers() {
  local name from list=$1; shift
  drivers+=("$base/$list")
  : > "$base/$list"
  for name in "$@"; do
    from=$(find "$(kernel_tree "$kernel")/lib/modules/$kernel" -name "$name.ko*" | head -1)
    case $from in
    *.xz) xz -dc "$from" > "$base/$name.ko" ;;
    *.ko) cp "$from" "$base/$name.ko" ;;
    *) continue ;;
    esac
    drivers+=("$base/$name.ko")
    echo "/$name.ko" >> "$base/$list"
  done
}
