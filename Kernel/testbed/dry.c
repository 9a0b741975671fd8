/* SPDX-License-Identifier: Apache-2.0 */
/* A dry run: what root does not have is let through, and noted. */
#include "root.h"

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
  /* A cell's memory, as there is no cell: by MOV, by a string instruction, by one that executes it. */
  *(volatile u64 *)RAM_FIRST = 0x5eed5eedUL;
  u64 value = *(volatile u64 *)RAM_FIRST;
  *(volatile u8 *)(RAM_FIRST + 0x5000) = 0xc3;
  ((void (*)(void))(RAM_FIRST + 0x5000))();
  u8 bytes[16] = {0};
  void *to = bytes, *from = (void *)RAM_FIRST;
  u64 count = sizeof bytes;
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
  tell("dry run: memory is what was written", value == 0x5eed5eedUL && bytes[0] == 0xed && !count);
  tell("dry run: it is noted as read and written", noted(RAM_FIRST, 1));
  tell("dry run: so often", noted(RAM_FIRST, 3));
  tell("dry run: what is executed, too", noted(RAM_FIRST + 0x5000, 1));
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
  *(volatile u64 *)RAM_FIRST = 0;
  *(volatile u8 *)(RAM_FIRST + 0x5000) = 0;
}
