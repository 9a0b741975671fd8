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
static void leave_all(void) {
  __atomic_store_n(&work, leaving, __ATOMIC_SEQ_CST);
  leave_with_others(0);
  is_guest = 0;
  while (__atomic_load_n(&left, __ATOMIC_SEQ_CST) < CPUS) __asm__ volatile("pause");
}
/* A fresh image, with these flags in the system configuration, and nothing left of the old one. */
static u16 revision;
static long come_again(u32 flags) {
  u64 to = MEMORY, bytes = 0x600000;
  __asm__ volatile("rep stosb" : "+D"(to), "+c"(bytes) : "a"(0) : "memory");
  copy(MEMORY, KEPT, *(u64 *)(KEPT + 8) + CPUS * 0x10000UL + 0x10000UL);
  *(u32 *)(IMAGE + 48) = CPUS;
  *(u32 *)(IMAGE + 52) = CPUS;
  u64 config = MEMORY + *(u64 *)(IMAGE + 8) + CPUS * 0x10000UL;
  *(u32 *)(config + 8) |= flags;
  if (revision) *(u16 *)(config + 6) = revision;
  __atomic_store_n(&here, 0, __ATOMIC_SEQ_CST);
  __atomic_store_n(&left, 0, __ATOMIC_SEQ_CST);
  __atomic_store_n(&work, entering, __ATOMIC_SEQ_CST);
  /* The others wait for this CPU in the image. An NMI finds them there. */
  wait(200000);
  if (is_xapic)
    *(volatile u32 *)0xfee00300 = 0x000c4400;
  else
    __asm__ volatile("wrmsr" : : "c"(0x830), "a"(0x000c4400), "d"(0) : "memory");
  wait(20000);
  look(before[0]);
  results[0] = enter(0);
  look(after[0]);
  is_guest = is_under_hypervisor();
  return results[0];
}
void enter_with_others(u32 cpu) {
  look(before[cpu]);
  results[cpu] = enter(cpu);
  look(after[cpu]);
  __atomic_add_fetch(&left, 1, __ATOMIC_SEQ_CST);
}
static u32 is_same(u32 cpu) {
  u32 same = 1;
  for (int j = 0; j < 5; j++) same &= before[cpu][j] == after[cpu][j];
  return same;
}
/* A revision that is none: the hypervisor refuses, on all CPUs. */
static void refused(void) {
  revision = 99;
  tell("enable with a revision that is none", come_again(0));
  revision = 0;
  while (__atomic_load_n(&left, __ATOMIC_SEQ_CST) < CPUS - 1) __asm__ volatile("pause");
  for (u32 i = 0; i < CPUS; i++) {
    tell("refused", results[i]);
    tell("and the CPU is as before", is_same(i));
  }
  /* A CPU does what it is told once: that it is told nothing it must see before it is told the same again. */
  __atomic_store_n(&work, nothing, __ATOMIC_SEQ_CST);
  wait(200000);
}

void leave_and_come_again(void) {
  leave_all();
  for (u32 i = 0; i < CPUS; i++) {
    tell("disable", results[i]);
    tell("and the CPU is what it was", is_same(i));
  }
  tell("there is a hypervisor", is_under_hypervisor());
  tell("its memory can be read again", *(u64 *)MEMORY == 0x53554f484c49414aUL);
  u64 log = *(u64 *)(IMAGE + 32);
  tell("and its log", *(u32 *)(MEMORY + log + 4) > 2048);
  refused();
  tell("enable as a dry run", come_again(1u << 31));
  dry_run();
  leave_all();
  for (u32 i = 0; i < CPUS; i++) must("leave a dry run", results[i]);
  tell("enable again", come_again(0));
  tell("there is a hypervisor again", is_guest);
}
