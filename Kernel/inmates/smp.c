/* SPDX-License-Identifier: Apache-2.0 */
/* A cell of several CPUs. The first one starts the others as any kernel does, by INIT and SIPI, sends each of them and all of them
   interrupts, stops one by INIT alone, and starts it again. Then it says that it has shut down. Argument 1: APIC identifiers of the others, a bit for each. */
#include "inmate.h"

enum { most = 8 };
/* By APIC identifier: how often the CPU began, how many interrupts it took. */
static volatile u32 began[most], taken[most];
static u8 stacks[most][4096] __attribute__((aligned(16)));

static u32 self(void) { return (is_x2apic() ? apic_read(2) : apic_read(2) >> 24) % most; }
void on_timer(void) {
  __atomic_add_fetch(&taken[self()], 1, __ATOMIC_SEQ_CST);
  apic_write(0x0b, 0);
}
void inmate_other(void) {
  vectors_on();
  apic_write(0x0f, 0x1ff);
  __atomic_add_fetch(&began[self()], 1, __ATOMIC_SEQ_CST);
  for (;;) __asm__ volatile("sti; pause");
}

static void wait(void) {
  for (int i = 0; i < 50000; i++) __asm__ volatile("pause");
}
/* Whether a CPU that is told to start at page 0 does so. */
static int starts(u32 cpu) {
  u32 before = began[cpu];
  next_stack = (u64)stacks[cpu + 1];
  command(0x4600, cpu);
  for (int i = 0; i < 20 && began[cpu] == before; i++) wait();
  next_stack = 0;
  return began[cpu] == before + 1;
}
/* How many of the others have taken so many interrupts. */
static u32 have_taken(u64 others, u32 count) {
  u32 sum = 0;
  wait();
  for (u32 cpu = 0; cpu < most; cpu++) sum += (others >> cpu & 1) && taken[cpu] == count;
  return sum;
}

void inmate_main(void) {
  u64 others = arguments[1];
  u32 started = 0, ignored = 0, last = 0, many = 0;
  serial_on();
  vectors_on();
  apic_write(0x0f, 0x1ff);
  __asm__ volatile("sti");
  print("smp: here\n");
  say("smp: CPUs", COMMUNICATION->cpus);
  for (u32 cpu = 0; cpu < most; cpu++) {
    if (!(others >> cpu & 1)) continue;
    many++;
    last = cpu;
    command(0x4500, cpu);
    wait();
    started += starts(cpu);
    /* Who runs does not begin anew. */
    command(0x4600, cpu);
    wait();
    ignored += began[cpu] == 1;
  }
  say("smp: others that start", started);
  say("smp: and ignore a second SIPI", ignored);
  for (u32 cpu = 0; cpu < most; cpu++)
    if (others >> cpu & 1) command(0x4020, cpu);
  say("smp: others that take an interrupt", have_taken(others, 1));
  command(0xc4020, 0);
  say("smp: others that take one to all but the sender", have_taken(others, 2));
  say("smp: and the sender does not", taken[self()] == 0);
  command(0x84020, 0);
  say("smp: others that take one to all", have_taken(others, 3));
  say("smp: and the sender does", taken[self()] == 1);
  /* After INIT a CPU waits. */
  command(0x4500, last);
  wait();
  command(0x4020, last);
  say("smp: one that waits takes an interrupt", have_taken(1UL << last, 4));
  say("smp: it starts again", starts(last));
  say("smp: others at the end", many);
  COMMUNICATION->state = is_shut_down;
  for (;;) __asm__ volatile("pause");
}
