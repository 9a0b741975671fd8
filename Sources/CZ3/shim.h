// SPDX-License-Identifier: Apache-2.0
// Z3's C interface, as Debian's libz3-dev installs it.
#include <z3.h>
