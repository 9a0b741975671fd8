#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds Z3 as a static library, which Debian does not ship, from the source of Debian's package of the same version: .build/z3/libz3.a, for `scripts/tool-image.sh --static`.
# Half an hour on two processors, once. What it says is in .build/z3/log.
set -euo pipefail
cd "$(dirname "$0")/.."
version=4.8.12 sum=e3aaefde68b839299cbc988178529535e66048398f7d083b40c69fe0da55f8b7
folder=.build/z3
[ -e $folder/libz3.a ] && exit
grep -q "FULL_VERSION .*\"$version\." /usr/include/z3_version.h || { echo "z3-static: libz3-dev here is not $version, whose source this takes: $(grep FULL_VERSION /usr/include/z3_version.h)" >&2; exit 1; }
mkdir -p $folder
archive=$folder/z3_$version.orig.tar.gz
curl -fsS -o $archive "http://deb.debian.org/debian/pool/main/z/z3/z3_$version.orig.tar.gz"
echo "$sum  $archive" | sha256sum -c --quiet || { echo "z3-static: $archive is not the file that Debian had" >&2; exit 1; }
rm -rf $folder/source; mkdir $folder/source
tar xf $archive -C $folder/source --strip-components=1
cd $folder
{
  (cd source && python3 scripts/mk_make.py --staticlib --build=build)
  # A quick compilation: what takes time with this tool are machines, not proofs.
  sed -i 's/-O3/-O1/' source/build/config.mk
  make -C source/build -j"$(nproc)" libz3.a
} > log 2>&1 || { tail -5 log >&2; exit 1; }
mv source/build/libz3.a .
rm -rf source
