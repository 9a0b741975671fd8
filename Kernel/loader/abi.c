// SPDX-License-Identifier: GPL-2.0-only
// Reads a configuration as far as the module must: how long it is, which CPUs and regions it names. Whether it may be is the hypervisor's to say.

#include <linux/errno.h>
#include <linux/string.h>

#include "ostrog.h"

/* How far it is to the functions, and to the end. Nine factors below 2^32, each times less than 2^6. */
static u64 functions_offset(const struct descriptor *cell)
{
	return sizeof(*cell) + (u64)le32_to_cpu(cell->cpu_bytes) + 32ULL * le32_to_cpu(cell->regions) +
	       12ULL * le32_to_cpu(cell->caches) + 32ULL * le32_to_cpu(cell->chips) + 4ULL * le32_to_cpu(cell->ports);
}

u64 config_bytes(const struct descriptor *cell)
{
	return functions_offset(cell) + 56ULL * le32_to_cpu(cell->devices) +
	       8ULL * le32_to_cpu(cell->capabilities) + 4ULL * le32_to_cpu(cell->streams);
}

/* Revision 14 says the architecture behind five letters; 12 and 13 have a sixth letter there. */
static bool is_known(const char *signature, u8 sixth, u16 revision, const char *old)
{
	if (revision == 14)
		return !memcmp(signature, old[2] == 'S' ? "JHSYS" : "JHCLL", 5) && sixth == 0;
	return (revision == 12 || revision == 13) && !memcmp(signature, old, 5) && sixth == old[5];
}

size_t system_offset(const struct system_head *head)
{
	u16 revision = le16_to_cpu(head->revision);

	if (!is_known(head->signature, head->architecture, revision, "JHSYST"))
		return 0;
	return revision == 12 ? 354 : 356;
}

int check_cell(const struct descriptor *cell)
{
	return is_known(cell->signature, cell->architecture, le16_to_cpu(cell->revision), "JHCELL") ? 0 : -EINVAL;
}

const struct region *config_regions(const struct descriptor *cell)
{
	return (const void *)(cell + 1) + le32_to_cpu(cell->cpu_bytes);
}

const struct function *config_functions(const struct descriptor *cell)
{
	return (const void *)cell + functions_offset(cell);
}
