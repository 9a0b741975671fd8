// SPDX-License-Identifier: GPL-2.0-only
// Page tables under which the image is called and left: a copy of the tables on the way to the last GiB of addresses, with the hypervisor's memory put
// in at IMAGE_BASE, executable. All else is what Linux has, by Linux' own tables. (Linux exports nothing that maps memory executable.)

#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/printk.h>

#include "ostrog.h"

#define ENTRIES 512
#define LARGE_PAGE (1UL << 21)
/* Present, writable, accessed, dirty, large: executable by leaving bit 63 clear. */
#define MAPS_CODE 0xe3UL
#define MAPS_TABLE 0x63UL
#define PRESENT 1UL
#define CR4_FIVE_LEVELS (1UL << 12)
#define IS_LARGE 0x80UL
#define ADDRESS 0x000ffffffffff000UL
/* Where IMAGE_BASE stands in its table of 2 MiB pages. */
#define FIRST ((IMAGE_BASE >> 21) & (ENTRIES - 1))

unsigned long tables_root;

/* From the root on; the root is two pages long, so that bit 12 of its address is clear: Linux' NMI handler takes that bit for "these are a user's tables". */
enum { MOST_LEVELS = 4, ROOT_ORDER = 1 };
static u64 *levels[MOST_LEVELS];
static int count;
/* Linux' own of 2 MiB pages; how many of ours are in use for the hypervisor's memory. */
static const u64 *theirs_last;
static size_t used;

static unsigned long linux_root(void)
{
	unsigned long cr3;

	asm volatile("mov %%cr3, %0" : "=r"(cr3));
	return cr3 & ADDRESS;
}

void tables_drop(void)
{
	while (count > 0) {
		count--;
		free_pages((unsigned long)levels[count], count ? 0 : ROOT_ORDER);
	}
	tables_root = 0;
}

void tables_refresh(void)
{
	memcpy(levels[count - 1], theirs_last, FIRST * 8);
	memcpy(levels[count - 1] + FIRST + used, theirs_last + FIRST + used, (ENTRIES - FIRST - used) * 8);
}

int tables_make(phys_addr_t start, u64 size)
{
	/* The last is the one of 2 MiB pages. */
	int wanted = read_cr4() & CR4_FIVE_LEVELS ? 4 : 3, i;
	const u64 *theirs = phys_to_virt(linux_root());

	if (start & (LARGE_PAGE - 1)) {
		pr_err("ostrog: hypervisor memory begins at %pa, which is no multiple of 2 MiB\n", &start);
		return -EINVAL;
	}
	for (i = 0; i < wanted; i++) {
		u64 *own = (u64 *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, i ? 0 : ROOT_ORDER);

		if (!own) {
			tables_drop();
			return -ENOMEM;
		}
		levels[count++] = own;
		/* Of the root the kernel's half alone. */
		memcpy(own + (i ? 0 : ENTRIES / 2), theirs + (i ? 0 : ENTRIES / 2), i ? PAGE_SIZE : PAGE_SIZE / 2);
		if (i)
			levels[i - 1][ENTRIES - 1] = virt_to_phys(own) | MAPS_TABLE;
		if (i + 1 == wanted)
			break;
		if (!(theirs[ENTRIES - 1] & PRESENT) || (theirs[ENTRIES - 1] & IS_LARGE && i))  {
			pr_err("ostrog: Linux' page tables end at level %d\n", i);
			tables_drop();
			return -EIO;
		}
		theirs = phys_to_virt(theirs[ENTRIES - 1] & ADDRESS);
	}
	theirs_last = theirs;
	used = size / LARGE_PAGE;
	for (i = 0; i < used; i++) {
		if (levels[count - 1][FIRST + i] & PRESENT) {
			pr_err("ostrog: Linux has something at %#lx, where the hypervisor is to be\n", IMAGE_BASE + i * LARGE_PAGE);
			tables_drop();
			return -EBUSY;
		}
		levels[count - 1][FIRST + i] = (start + i * LARGE_PAGE) | MAPS_CODE;
	}
	tables_root = virt_to_phys(levels[0]);
	return 0;
}
