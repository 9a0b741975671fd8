/* SPDX-License-Identifier: Apache-2.0 */
/* Root's CPUs leave the hypervisor, are what they were, and enter it again. */
#include "root.h"

/* The image and the configuration as the loader put them: whoever loads an image anew has a fresh one. */
#define KEPT 0x2000000UL
static u64 whole(void) { return *(u64 *)(IMAGE + 8) + CPUS * 0x10000UL + 0x10000UL; }
static void copy(u64 to, u64 from, u64 bytes) {
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}
void keep_image(void) { copy(KEPT, MEMORY, whole()); }

static u32 here, left;
static long results[CPUS];
static u64 before[CPUS][5], after[CPUS][5];
static void look(u64 *at) {
  __asm__ volatile("mov %%cr0, %0; mov %%cr4, %1; mov %%cr3, %2" : "=r"(at[0]), "=r"(at[1]), "=r"(at[2]));
  at[3] = read_msr(0xc0000080);
  struct table idt;
  __asm__ volatile("sidt %0" : "=m"(idt));
  at[4] = idt.base;
}
static u32 is_under_hypervisor(void) {
  u32 a = 0x40000000, b, c = 0, d;
  __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  return b == 0x6c69614a;
}

void leave_with_others(u32 cpu) {
  look(before[cpu]);
  __atomic_add_fetch(&here, 1, __ATOMIC_SEQ_CST);
  while (__atomic_load_n(&here, __ATOMIC_SEQ_CST) < CPUS) __asm__ volatile("pause");
  results[cpu] = hypercall(0, 0, 0);
  look(after[cpu]);
  __atomic_add_fetch(&left, 1, __ATOMIC_SEQ_CST);
}

extern u32 is_guest;
void leave_and_come_again(void) {
  __atomic_store_n(&work, leaving, __ATOMIC_SEQ_CST);
  leave_with_others(0);
  is_guest = 0;
  while (__atomic_load_n(&left, __ATOMIC_SEQ_CST) < CPUS) __asm__ volatile("pause");
  for (u32 i = 0; i < CPUS; i++) {
    tell("disable", results[i]);
    u32 same = 1;
    for (int j = 0; j < 5; j++) same &= before[i][j] == after[i][j];
    tell("and the CPU is what it was", same);
  }
  tell("there is a hypervisor", is_under_hypervisor());
  tell("its memory can be read again", *(u64 *)MEMORY == 0x53554f484c49414aUL);
  u64 log = *(u64 *)(IMAGE + 32);
  tell("and its log", *(u32 *)(MEMORY + log + 4) > 2048);
  /* A fresh image, and nothing left of the old one. */
  u64 to = MEMORY, bytes = 0x600000;
  __asm__ volatile("rep stosb" : "+D"(to), "+c"(bytes) : "a"(0) : "memory");
  copy(MEMORY, KEPT, *(u64 *)(KEPT + 8) + CPUS * 0x10000UL + 0x10000UL);
  *(u32 *)(IMAGE + 48) = CPUS;
  *(u32 *)(IMAGE + 52) = CPUS;
  __atomic_store_n(&here, 0, __ATOMIC_SEQ_CST);
  __atomic_store_n(&left, 0, __ATOMIC_SEQ_CST);
  __atomic_store_n(&work, entering, __ATOMIC_SEQ_CST);
  long result = enter(0);
  is_guest = is_under_hypervisor();
  tell("enable again", result);
  tell("there is a hypervisor again", is_guest);
}
