#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs in the guest (scripts/memtest-test.sh): memtest86+ in a cell, while root hashes. What it must say stands there.
say() { echo "guest: $*"; }
tool() { echo "ostrog: $*"; ostrog "$@" 2>&1; echo "status: $?"; }
dmesg -n 1
insmod /ostrog.ko
tool enable /bochs.cell
tool cell linux /memtest.cell /memtest --append "nosmp nosm nobench nopause keyboard=legacy"
i=0
while [ $i -lt 12 ]; do sha256sum /bin/busybox > /dev/null; i=$((i + 1)); sleep 3; done
say "root has hashed $i times"
tool cell list
tool explain
tool cell shutdown memtest
tool cell destroy memtest
tool disable
rmmod ostrog && say "the module is gone"
complaints
