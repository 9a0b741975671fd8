// SPDX-License-Identifier: Apache-2.0
// libmd, the message digests of BSD: Debian's libmd-dev.
#pragma once
#include <sys/types.h>
#include <sha2.h>
