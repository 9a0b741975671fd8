/* SPDX-License-Identifier: Apache-2.0 */
/* Ticks by the TSC-deadline timer, measures by how much each tick is late, and passes a counter over a link: what it reads of its peer goes
   back to it, plus one. Argument 1: ticks apart; 2: where it writes; 3: where it reads (both words of the link). */
#include "inmate.h"

static volatile u64 count, worst, next, missed, by_pin;
static volatile int is_ticking;

void on_timer(void) {
  if (!is_ticking) {
    by_pin++;
    in8(0x2fa);
    apic_write(0x0b, 0);
    return;
  }
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

/* The cell that has the second serial port has its interrupt, pin 3, and no other. */
static void use_pin(void) {
  u32 self = is_x2apic() ? apic_read(2) : apic_read(2) >> 24;
  apic_write(0x0f, 0x1ff);
  pin_write(2, 0x20, self);
  say("tick: another's pin reads as masked", pin_read(2) == 0x10000 && chip_read(0x15) == 0);
  pin_write(3, 0x420, self);
  say("tick: an NMI by its pin is masked", pin_read(3) == 0x10420);
  pin_write(3, 0x20, 0);
  say("tick: an interrupt of root's CPU is masked", pin_read(3) == 0x10020);
  pin_write(3, 0x820, 0x3);
  say("tick: an interrupt of a set that is not all its own is masked", pin_read(3) == 0x10820);
  pin_write(3, 0x20, self);
  __asm__ volatile("sti");
  out8(0x2fc, 0x0b);
  out8(0x2f9, 2);
  for (int i = 0; i < 100000 && !by_pin; i++) __asm__ volatile("pause");
  out8(0x2f9, 0);
  __asm__ volatile("cli");
  say("tick: its pin's interrupt came", by_pin != 0);
  say("tick: another destination masks it, by the other half alone",
      (chip_write(0x17, 0), pin_read(3) == 0x10020));
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
  if (arguments[0] == 0x2f8) use_pin();
  is_ticking = 1;
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
