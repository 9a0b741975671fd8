#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# In every guest as /bin/complaints (scripts/linux.sh): what Linux complained of since the test began, with the lines around it that say what it was about; nothing where it did
# not. /init has written the line from which on it is looked for; where that is lost, so is what came behind it, and that is said.
dmesg | grep -q 'complaints are looked for from here on' || echo "guest: dmesg: the beginning is lost"
dmesg | sed '1,/complaints are looked for from here on/d' |
  grep -E -B 8 -A 30 'BUG|WARNING|Oops|unchecked|Call Trace|rcu.*stall|soft lockup|allocation failure' | sed 's/^/guest: dmesg: /'
