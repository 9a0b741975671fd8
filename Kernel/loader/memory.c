// SPDX-License-Identifier: GPL-2.0-only
// The hypervisor's memory: that it is kept off Linux; what is put into it. While the hypervisor runs, Linux has no mapping of it.

#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "ostrog.h"

static phys_addr_t memory_start;
static u64 memory_size;
/* Where the log lies: said by the image once it runs. */
static u64 log_offset;

bool memory_is_linux(phys_addr_t start, u64 size)
{
	return size && region_intersects(start, size, IORESOURCE_SYSTEM_RAM, IORES_DESC_NONE) != REGION_DISJOINT;
}

int memory_claim(phys_addr_t start, u64 size)
{
	if (!size || size > MOST_MEMORY || size & 0x1fffff || start + size < start) {
		pr_err("ostrog: the hypervisor's memory has to be some times 2 MiB, up to %lu MiB, and is %llu bytes\n",
		       MOST_MEMORY >> 20, size);
		return -EINVAL;
	}
	if (memory_is_linux(start, size)) {
		pr_err("ostrog: memory %pa is Linux' own; boot with memmap=%lluM$%#llx (in /etc/default/grub write memmap=%lluM\\\\\\$%#llx), and more than that for cells' memory behind it\n",
		       &start, size >> 20, (u64)start, size >> 20, (u64)start);
		return -EINVAL;
	}
	if (!request_mem_region(start, size, "ostrog")) {
		pr_err("ostrog: memory %pa is a device's or somebody else's\n", &start);
		return -EINVAL;
	}
	memory_start = start;
	memory_size = size;
	log_offset = 0;
	return 0;
}

void memory_release(void)
{
	release_mem_region(memory_start, memory_size);
}

int memory_fill(const void *image, size_t bytes, const void *config, size_t config_size, u32 most_cpus, u32 online)
{
	const struct image_head *head = image;
	u64 core, block, behind;
	void *memory;

	if (bytes < sizeof(*head) || memcmp(head->signature, "JAILHOUS", 8) || memcmp(head->interface, IMAGE_INTERFACE, 8)) {
		pr_err("ostrog: the image is none, or of another version, or another hypervisor's: install the one that came with this module\n");
		return -EINVAL;
	}
	core = le64_to_cpu(head->core_size);
	block = le64_to_cpu(head->cpu_size);
	if (bytes > core || core >= memory_size || block >= memory_size || le64_to_cpu(head->entry) >= bytes) {
		pr_err("ostrog: the image is damaged, or does not fit into the hypervisor's memory\n");
		return -EINVAL;
	}
	behind = core + block * most_cpus;
	if (behind + MOST_CONFIG >= memory_size) {
		pr_err("ostrog: %llu bytes of memory are too few for the image and %u CPUs\n", memory_size, most_cpus);
		return -EINVAL;
	}
	memory = memremap(memory_start, memory_size, MEMREMAP_WB);
	if (!memory)
		return -EINVAL;
	memcpy(memory, image, bytes);
	/* In words: memset of 6.12 takes a third longer. */
	memset(memory + bytes, 0, -bytes & 7);
	memset64(memory + ALIGN(bytes, 8), 0, (memory_size - ALIGN(bytes, 8)) / 8);
	memcpy(memory + behind, config, config_size);
	((struct image_head *)memory)->most_cpus = cpu_to_le32(most_cpus);
	((struct image_head *)memory)->online_cpus = cpu_to_le32(online);
	memunmap(memory);
	return 0;
}

size_t memory_last_log(char *to, u64 from)
{
	size_t bytes = 0, i;
	u32 tail;
	u8 *memory;

	if (ostrog_enabled || !memory_size)
		return 0;
	memory = memremap(memory_start, memory_size, MEMREMAP_WB);
	if (!memory)
		return 0;
	log_offset = le64_to_cpu(((struct image_head *)memory)->console_page);
	if (log_offset && log_offset <= memory_size - PAGE_SIZE) {
		const u8 *page = memory + log_offset;

		tail = *(const u32 *)(page + 4);
		bytes = from < tail ? min_t(u64, tail - from, LOG_BYTES) : 0;
		for (i = 0; i < bytes; i++)
			to[i] = page[8 + (tail - bytes + i) % LOG_BYTES];
	}
	memunmap(memory);
	return bytes;
}
