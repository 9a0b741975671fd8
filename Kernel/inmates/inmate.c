/* SPDX-License-Identifier: Apache-2.0 */
#include "inmate.h"

void put(char c) {
  u16 port = arguments[0];
  if (!port) {
    hypercall(8, (u8)c, 0);
    return;
  }
  while (!(in8(port + 5) & 0x20)) {}
  out8(port, c);
}
void serial_on(void) {
  u16 port = arguments[0];
  if (!port) return;
  out8(port + 3, 0x83);
  out8(port, 1);
  out8(port + 1, 0);
  out8(port + 3, 0x03);
  out8(port + 2, 0x07);
}
static u64 idt[2 * 33];

void vectors_on(void) {
  set_gate(idt, 1, stub1);
  set_gate(idt, 6, stub6);
  set_gate(idt, 13, stub13);
  set_gate(idt, 14, stub14);
  set_gate(idt, 32, stub32);
  struct table table = {sizeof idt - 1, (u64)idt};
  __asm__ volatile("lidt %0" : : "m"(table));
}
void timer_on(void) {
  apic_write(0x0f, 0x1ff);
  apic_write(0x32, 2 << 17 | 0x20);
  __asm__ volatile("sti");
}
void deadline(u64 at) { write_msr(0x6e0, at); }
__attribute__((weak)) void inmate_other(void) {}
__attribute__((weak)) void on_timer(void) { apic_write(0x0b, 0); }
