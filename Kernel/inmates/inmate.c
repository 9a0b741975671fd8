/* SPDX-License-Identifier: Apache-2.0 */
#include "inmate.h"

static void put(char c) {
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
void print(const char *text) {
  for (; *text; text++) {
    if (*text == '\n') put('\r');
    put(*text);
  }
}
static void number(u64 value) {
  char digits[20];
  int n = 0;
  do digits[n++] = '0' + value % 10;
  while (value /= 10);
  while (n) put(digits[--n]);
}
void say(const char *what, u64 value) {
  print(what);
  print(" = ");
  if ((long)value < 0) {
    put('-');
    value = -value;
  }
  number(value);
  print("\n");
}
void hex(u64 value) {
  print("0x");
  for (int shift = 60; shift >= 0; shift -= 4)
    if (value >> shift || !shift) put("0123456789abcdef"[value >> shift & 15]);
}

struct table { u16 limit; u64 base; } __attribute__((packed));
static u64 idt[2 * 33];
extern void stub6(void), stub13(void), stub14(void), stub32(void);

void vectors_on(void) {
  void (*stubs[33])(void) = {[6] = stub6, [13] = stub13, [14] = stub14, [32] = stub32};
  for (int v = 0; v < 33; v++) {
    u64 at = (u64)stubs[v];
    if (!at) continue;
    idt[2 * v] = (at & 0xffff) | 8UL << 16 | 0x8eUL << 40 | (at >> 16 & 0xffff) << 48;
    idt[2 * v + 1] = at >> 32;
  }
  struct table table = {sizeof idt - 1, (u64)idt};
  __asm__ volatile("lidt %0" : : "m"(table));
}
void timer_on(void) {
  write_msr(0x80f, 0x1ff);
  write_msr(0x832, 2 << 17 | 0x20);
  __asm__ volatile("sti");
}
void deadline(u64 at) { write_msr(0x6e0, at); }
__attribute__((weak)) void on_timer(void) { write_msr(0x80b, 0); }
