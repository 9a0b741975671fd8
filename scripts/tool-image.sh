#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Links `ostrog` so that it needs no Swift runtime where it runs, and puts it into FOLDER with the few libraries that it needs. Prints FILE=PATH for each, as scripts/linux.sh takes
# them. Usage: tool-image.sh [--static] FOLDER. --static: one file that needs nothing; Debian has Z3 as a shared library alone, so scripts/z3-static.sh builds it first. Needs what
# `swift build --product ostrog` has built.
set -euo pipefail
cd "$(dirname "$0")/.."
kind=(-static-stdlib -lz3)
if [ "${1:-}" = --static ]; then
  shift; scripts/z3-static.sh
  # Foundation could ask for users and load libraries, for which a static program needs shared ones; the tool does neither.
  kind=(-static-executable -L.build/z3 -lz3 -lmd)
fi
out=$1; mkdir -p "$out"
built=.build/release
[ -e $built/ostrog.product/Objects.LinkFileList ] || { echo "tool-image: build it first: make build" >&2; exit 1; }
# The order is that of the linker: what needs comes before what is needed. SwiftPM calls the entry `ostrog_main`.
swiftc -emit-executable -o "$out/ostrog" @$built/ostrog.product/Objects.LinkFileList "${kind[@]}" -lFoundation -lFoundationInternationalization \
  -lFoundationEssentials -l_FoundationCollections -lCoreFoundation -l_FoundationCShims -l_FoundationICU -ldispatch -lBlocksRuntime -lstdc++ -lm \
  -Xlinker --gc-sections -Xlinker --defsym=main=ostrog_main
strip "$out/ostrog"
echo "$out/ostrog=/bin/ostrog"
[ "${kind[0]}" != -static-executable ] || exit 0
ldd "$out/ostrog" | grep -oE '(=> )?/[^ ]+' | sed 's/^=> //' | while read -r library; do
  name=${library##*/}
  cp -L "$library" "$out/$name"
  case $name in
    ld-linux*) echo "$out/$name=/lib64/$name" ;;
    *) strip --strip-unneeded "$out/$name" 2> /dev/null || true; echo "$out/$name=/lib/x86_64-linux-gnu/$name" ;;
  esac
done
