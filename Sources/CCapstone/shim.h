// SPDX-License-Identifier: Apache-2.0
// Capstone's C interface, as Debian's libcapstone-dev installs it.
#include <capstone/capstone.h>
