/* SPDX-License-Identifier: Apache-2.0 */
/* Configurations that are broken at random, given to the running hypervisor while two cells run: what is refused changes nothing, and what is taken can be
   taken back. */
#include "root.h"

#define TURNS 1000

/* xorshift64: the same numbers every time. */
static u64 state = 0x9e3779b97f4a7c15UL;
static u64 draw(u64 below) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (state >> 11) % below;
}

extern u8 config_attacker_end[];
/* In root's memory, outside its program, which Bochs takes 256 KiB of at most: the configuration; a page that is kept meanwhile. */
static u8 *const broken = (u8 *)0x1f00000UL;
static u64 *const kept = (u64 *)0x1f01000UL;

static void break_one(u64 size) {
  /* Memory of the hypervisor, of others, of devices; what is nowhere; what wraps around. None that root itself lives in. */
  static const u64 words[] = {
      MEMORY, RAM_FIRST, RAM_SECOND, 0x3a5f0000, 0x3a901000, 0xfee00000, 0xfec00000, 0xb0000000, 0x40000000, 0, 1, 0xfff, 0xffffffff, 1UL << 40,
      (1UL << 52) - 4096, ~0UL, ~0UL << 12, 0x100000000UL,
  };
  static const u32 counts[] = {0, 1, 2, 3, 16, 17, 255, 256, 0x1000, 0x8000000, 0x10000000, 0x40000000, 0x7fffffff, 0x80000000, 0xffffffff};
  u64 at = draw(size);
  switch (draw(5)) {
  case 0: broken[at] = draw(256); break;
  case 1: broken[at] ^= 1 << draw(8); break;
  case 2: ((u32 *)(broken + 48))[draw(9)] = counts[draw(sizeof counts / sizeof *counts)]; break;
  case 3: *(u64 *)(broken + 132 + draw((size - 132) / 4 - 1) * 4) = words[draw(sizeof words / sizeof *words)]; break;
  default: ((u32 *)(broken + 132))[draw((size - 132) / 4)] = counts[draw(sizeof counts / sizeof *counts)]; break;
  }
}

/* What root's CPUs begin with: a cell may be given that page, and then it is scrubbed. */
#define TRAMPOLINE 0x8000UL
static void copy_page(volatile u64 *to, const volatile u64 *from) {
  for (int i = 0; i < 512; i++) to[i] = from[i];
}

void create_corrupt(void) {
  copy_page(kept, (u64 *)TRAMPOLINE);
  u64 size = config_attacker_end - config_attacker, refused = 0, taken = 0, changed = 0, strange = 0, kinds = 0;
  static u8 seen[256];
  long pages = hypercall(5, 1, 0), cells = hypercall(5, 4, 0);
  for (int i = 0; i < TURNS; i++) {
    for (u64 at = 0; at < size; at++) broken[at] = config_attacker[at];
    *(u32 *)(broken + 40) = attacker;
    for (u64 times = 1 + draw(3); times; times--) break_one(size);
    long result = hypercall(1, (u64)broken, 0);
    if (!result) {
      taken++;
      must("destroy what was corrupt", hypercall(4, *(u32 *)(broken + 40), 0));
    } else {
      refused++;
      if (result > -1 || result < -255)
        strange++;
      else if (!seen[-result]) {
        seen[-result] = 1;
        kinds++;
      }
    }
    if (hypercall(5, 1, 0) != pages || hypercall(5, 4, 0) != cells) changed++;
  }
  copy_page((u64 *)TRAMPOLINE, kept);
  tell("corrupt configurations", TURNS);
  tell("corrupt configurations refused", refused);
  tell("corrupt configurations taken and taken back", taken);
  tell("corrupt configurations, different errors", kinds);
  tell("corrupt configurations, answers that are no errors", strange);
  tell("corrupt configurations that changed pages or cells", changed);
  tell("corrupt configurations, states of the others", hypercall(6, first, 0) | hypercall(6, second, 0));
  tell("the attacker's own is taken still", create(config_attacker, attacker));
  must("destroy attacker", hypercall(4, attacker, 0));
}
