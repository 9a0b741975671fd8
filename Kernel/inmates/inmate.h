/* SPDX-License-Identifier: Apache-2.0 */
/* The inmate library: a serial port, the APIC's timer, and what bare-metal programs share. */
#ifndef INMATE_H
#define INMATE_H

#include "bare.h"

/* What the loader wrote behind the first instruction: the serial port (0: the hypervisor's console), what to do, two addresses. */
extern u64 arguments[4];

void inmate_main(void);
/* Where a CPU begins that another one of the cell starts, at page 0; and its stack, which whoever starts it has named before. */
void inmate_other(void);
extern u64 next_stack;
void on_timer(void);

/* The communication page, where the configurations of the testbed have it. */
struct communication {
  char signature[6];
  u16 revision;
  u32 state, message, reply, flags;
  u8 console[32];
  u64 mmconfig;
  u16 timer, cpus;
  u32 tsc_khz, apic_khz;
};
/* Messages, replies, and states. */
enum { no_message, shut_down, reconfigured };
enum { no_reply, unknown_message, denied, approved, received };
enum { running, locked, is_shut_down, failed };
#define COMMUNICATION ((volatile struct communication *)0x100000)

void serial_on(void);
void vectors_on(void);
/* The timer of the APIC, in TSC-deadline mode, raises vector 0x20. */
void timer_on(void);
void deadline(u64 at);

#endif
