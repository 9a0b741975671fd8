/* SPDX-License-Identifier: Apache-2.0 */
#include "bare.h"

void print(const char *text) {
  for (; *text; text++) {
    if (*text == '\n') put('\r');
    put(*text);
  }
}
void number(u64 value) {
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
