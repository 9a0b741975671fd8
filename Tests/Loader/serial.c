// SPDX-License-Identifier: Apache-2.0
// Copies its input to a UART, byte by byte, without the kernel's driver: that one polls a port without an interrupt by timers, which are lost with a CPU that the hypervisor stops.
// Usage: serial PORT.
#include <stdio.h>
#include <stdlib.h>
#include <sys/io.h>
#include <unistd.h>

#define LINE_CONTROL 3
#define DIVISOR 0x80
#define EIGHT_BITS 0x03
#define LINE_STATUS 5
#define TRANSMITTER_EMPTY 0x20

int main(int count, char **argument) {
  unsigned short port = count > 1 ? strtoul(argument[1], 0, 0) : 0;
  unsigned char bytes[512];
  ssize_t got;
  if (!port || ioperm(port, 8, 1)) {
    perror("serial");
    return 2;
  }
  // 115200 baud.
  outb(DIVISOR | EIGHT_BITS, port + LINE_CONTROL);
  outb(1, port);
  outb(0, port + 1);
  outb(EIGHT_BITS, port + LINE_CONTROL);
  while ((got = read(0, bytes, sizeof(bytes))) > 0) {
    for (ssize_t i = 0; i < got; i++) {
      while (!(inb(port + LINE_STATUS) & TRANSMITTER_EMPTY)) continue;
      outb(bytes[i], port);
    }
  }
  return 0;
}
