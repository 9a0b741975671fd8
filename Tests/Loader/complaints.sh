#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# In every guest as /bin/complaints (scripts/linux.sh): what Linux complained of since the module came, with the lines around it that say what it was about; nothing where it did not.
dmesg | sed '1,/ostrog: loading/d' |
  grep -E -B 8 -A 30 'BUG|WARNING|Oops|unchecked|Call Trace|rcu.*stall|soft lockup|allocation failure' | sed 's/^/guest: dmesg: /'
