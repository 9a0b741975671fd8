/* SPDX-License-Identifier: Apache-2.0 */
/* Ticks by the TSC-deadline timer, measures by how much each tick is late, and passes a counter over a link: what it reads of its peer goes
   back to it, plus one. Argument 1: ticks apart; 2: where it writes; 3: where it reads (both words of the link). */
#include "inmate.h"

static volatile u64 count, worst, next, missed;

void on_timer(void) {
  u64 now = ticks();
  u64 late = now - next;
  /* Bochs runs CPUs in turns of a few instructions, so some lateness is its own. */
  if (late > worst) worst = late;
  next += arguments[1];
  while (next <= now) {
    next += arguments[1];
    missed++;
  }
  count++;
  apic_write(0x0b, 0);
  deadline(next);
}

void inmate_main(void) {
  serial_on();
  vectors_on();
  print("tick: here\n");
  volatile struct communication *page = COMMUNICATION;
  int is_known = page->signature[0] == 'J' && page->signature[5] == 'M' && page->revision == 2 && !page->state;
  say("tick: the communication page is there", is_known);
  say("tick: CPUs", page->cpus);
  say("tick: PM timer", page->timer);
  volatile u64 *mine = (u64 *)arguments[2], *theirs = (u64 *)arguments[3];
  next = ticks() + arguments[1];
  timer_on();
  deadline(next);
  u64 seen = 0;
  mine[0] = 1;
  for (;;) {
    u64 goal = count + 500;
    long before = hypercall(7, arguments[0] == 0x2f8 ? 1 : 2, 1000);
    while (count < goal) {
      if (*theirs != seen) {
        seen = *theirs;
        mine[0] = seen + 1;
      }
      __asm__ volatile("pause");
    }
    long after = hypercall(7, arguments[0] == 0x2f8 ? 1 : 2, 1000);
    print("tick: ");
    say("ticks", count);
    say("tick: exits in 500 ticks", after - before);
    say("tick: ticks missed", missed);
    say("tick: worst lateness, TSC ticks", worst);
    say("tick: words exchanged", seen);
  }
}
