/* SPDX-License-Identifier: Apache-2.0 */
/* What root does instead of its script where `verify --replay` has written a witness: brings all cells to life and has one try one thing. */
#include "witness.h"

/* Makes the cell loadable and starts it with a program that tries. False where it has no memory for one. */
static int run(u32 cell, u64 attempt, u64 value) {
  must("loadable", hypercall(3, cell, 0));
  if (!cells[cell - 1].ram) return 0;
  load(cells[cell - 1].ram, image_attack, image_attack_end);
  put_arguments(cells[cell - 1].ram, 0, attempt, value, 0);
  must("start", hypercall(2, cell, 0));
  return 1;
}
static void until_it_ends(u32 cell) {
  for (int i = 0; i < 40000 && hypercall(6, cell, 0) == 0; i++) wait(2000);
}

/* Root tries what a cell would. Where it is stopped, nothing is said any more. */
static void try_as_root(void) {
  switch (way) {
    case 0: tell("HAS READ", *(volatile u64 *)VALUE); break;
    case 1: *(volatile u64 *)VALUE = 0x0bad0bad0bad0badUL; tell("HAS WRITTEN", 0); break;
    case 2: ((void (*)(void))VALUE)(); tell("HAS RUN", 0); break;
    case 3: tell("HAS READ A PORT", in8((u16)VALUE)); break;
    case 4: out8((u16)VALUE, 0); tell("HAS WRITTEN A PORT", 0); break;
    case 20: if (PROBE("rdmsr", "c"((u32)VALUE))) tell("MSR refused", 0); else tell("HAS READ AN MSR", 0); break;
    case 21:
      if (PROBE("xor %%eax, %%eax; xor %%edx, %%edx; wrmsr", "c"((u32)VALUE))) tell("MSR refused", 0);
      else tell("HAS WRITTEN AN MSR", 0);
      break;
  }
}

static void script(void) {
  for (u32 cell = 1; cell <= cell_count; cell++) must("create", create(cells[cell - 1].config, cell));
  for (u32 cell = 1; cell <= cell_count; cell++) {
    if (cell == culprit) continue;
    /* It says that it is alive, and ends. */
    if (run(cell, 99, 0)) until_it_ends(cell);
  }
  tell("all live, cells", hypercall(5, 4, 0));
  print("replay: now it tries\n");
  if (culprit == 0) {
    print("replay: root tries\n");
    try_as_root();
  } else {
    run(culprit, way, VALUE);
    until_it_ends(culprit);
  }
  print("replay: over\n");
}
