#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Links `ostrog` so that it needs no Swift runtime where it runs, and puts it into FOLDER with the few libraries that it needs (Z3 exists as a shared one alone, so it cannot
# be one file). Prints FILE=PATH for each, as scripts/linux.sh takes them. Usage: tool-image.sh FOLDER. Needs what `swift build --product ostrog` has built.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$1; mkdir -p "$out"
built=.build/release
[ -e $built/ostrog.product/Objects.LinkFileList ] || { echo "tool-image: build it first: make build" >&2; exit 1; }
# The order is that of the linker: what needs comes before what is needed. SwiftPM calls the entry `ostrog_main`.
swiftc -static-stdlib -emit-executable -o "$out/ostrog" @$built/ostrog.product/Objects.LinkFileList -lz3 -lFoundation -lFoundationInternationalization \
  -lFoundationEssentials -l_FoundationCollections -lCoreFoundation -l_FoundationCShims -l_FoundationICU -ldispatch -lBlocksRuntime -lstdc++ -lm \
  -Xlinker --gc-sections -Xlinker --defsym=main=ostrog_main
strip "$out/ostrog"
echo "$out/ostrog=/bin/ostrog"
ldd "$out/ostrog" | grep -oE '(=> )?/[^ ]+' | sed 's/^=> //' | while read -r library; do
  name=${library##*/}
  cp -L "$library" "$out/$name"
  case $name in
    ld-linux*) echo "$out/$name=/lib64/$name" ;;
    *) strip --strip-unneeded "$out/$name" 2> /dev/null || true; echo "$out/$name=/lib/x86_64-linux-gnu/$name" ;;
  esac
done
