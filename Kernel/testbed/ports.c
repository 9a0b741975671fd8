/* SPDX-License-Identifier: Apache-2.0 */
/* Ports that the hypervisor answers for: PCI's configuration, the keyboard controller, the PM timer and PM1 control, the delay. */
#include "root.h"

#define FUNCTION(device, function) (0x80000000u | (device) << 11 | (function) << 8)
static void name(u32 function, u32 offset) { out32(0xcf8, function | offset); }

void look_at_ports(void) {
  name(FUNCTION(0, 0), 0);
  tell("PCI's address is what was written", in32(0xcf8) == FUNCTION(0, 0));
  tell("the host bridge is", in32(0xcfc));
  u16 upper = in16(0xcfe);
  u8 last = in8(0xcff);
  tell("by halves and bytes, too", upper == 0x1237 && last == 0x12);
  name(FUNCTION(9, 0), 0);
  tell("a function that is not is", in32(0xcfc));
  out32(0xcf8, 0);
  tell("where no function is named there is", in32(0xcfc));
  out32(0xcfc, 0);
  /* Power management's line: a register that says what software has put there. */
  name(FUNCTION(1, 3), 0x3c);
  u8 before = in8(0xcfc);
  out8(0xcfc, before ^ 3);
  u8 after = in8(0xcfc);
  out8(0xcfc, before);
  tell("a function's interrupt line changes", (before ^ after) == 3 && in8(0xcfc) == before);
  u32 first = in32(0xb008);
  wait(1000);
  tell("the PM timer goes on", in32(0xb008) != first);
  u16 control = in16(0xb004);
  out16(0xb004, control & ~0x2000u);
  tell("PM1 control keeps what it is given", in16(0xb004) == (control & ~0x2000u));
  /* The controller's command byte. */
  while (in8(0x64) & 2) {}
  out8(0x64, 0x20);
  for (int i = 0; i < 10000 && !(in8(0x64) & 1); i++) {}
  tell("the keyboard controller answers", in8(0x64) & 1);
  (void)in8(0x60);
}

void misuse_port(u32 cpu) {
  if (cpu == 3) {
    print("root: CPU 3 writes to the host bridge\n");
    name(FUNCTION(0, 0), 0x70);
    out32(0xcfc, 0);
  }
  if (cpu == 2) {
    print("root: CPU 2 puts the machine to sleep\n");
    out16(0xb004, 0x2000);
  }
  if (cpu == 1) {
    print("root: CPU 1 pulses the reset line\n");
    out8(0x64, 0xfe);
  }
  print("root: A PORT WAS WRITTEN\n");
}
