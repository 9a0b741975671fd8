/* SPDX-License-Identifier: Apache-2.0 */
/* A dry run: what root does not have is let through, and noted. */
#include "root.h"

#define FLASH 0xffffe000UL
#define NOTHING 0x80000000UL

static u64 half(u64 index) { return hypercall(0x1002, index, 0); }
static u64 word(u64 index) { return half(2 * index) | half(2 * index + 1) << 32; }
/* The word behind a note's name; all ones: there is no such note. */
static u64 noted(u64 what, u64 place) {
  for (u64 i = 1; i <= word(0); i++)
    if (word(4 * i) == (what | 1UL << 56)) return word(4 * i + place);
  return -1;
}

void dry_run(void) {
  tell("dry run: create", create(config_first, first));
  tell("dry run: notes before", word(0));
  /* The flash of the BIOS, in four widths and forms; where nothing is. */
  u64 first = *(volatile u64 *)FLASH;
  u8 low = *(volatile u8 *)FLASH;
  u32 second = load32(FLASH + 4);
  *(volatile u64 *)NOTHING = 1;
  *(volatile u16 *)(NOTHING + 0x10) = 1;
  tell("dry run: memory is what it is", low == (first & 0xff) && second == first >> 32);
  tell("dry run: it is noted as read", noted(FLASH, 1));
  tell("dry run: so often", noted(FLASH, 3));
  tell("dry run: what is written, too", noted(NOTHING, 1));
  in8(0x3fd);
  tell("dry run: a port is noted as read", noted(0x3fd | 1UL << 60, 1));
  out32(0xcf8, 0x80000000u | 9 << 11);
  out32(0xcfc, 0);
  tell("dry run: a PCI function is noted as written", noted(9 << 3 | 3UL << 60, 1));
  tell("dry run: notes", word(0));
  tell("dry run: lost", word(1));
  tell("dry run: a note that is not", hypercall(0x1002, 1024, 0));
  out8(0x80, 0);
  tell("dry run: exits for what root has", noted(0x80 | 1UL << 60, 1) == -1UL);
}
