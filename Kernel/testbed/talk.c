/* SPDX-License-Identifier: Apache-2.0 */
/* Root talks with cells, and reads what the hypervisor says. */
#include "root.h"

enum { flags = 44, regions = 52, timeout = 92, bitmap_size = 48, descriptor = 132 };
enum { passive = 1, is_communication = 0x20, write = 2 };

static u32 *at(u8 *config, u64 offset) { return (u32 *)(config + offset); }
/* The attacker's cell is one that listens, with that time to answer, or not. */
static void make_listener(int listens, u64 looks) {
  u8 *config = config_attacker;
  *at(config, flags) = (*at(config, flags) & ~(u32)passive) | (listens ? 0 : passive);
  *(u64 *)(config + timeout) = looks;
  u64 *region = (u64 *)(config + descriptor + *at(config, bitmap_size));
  for (u32 i = 0; i < *at(config, regions); i++, region += 4)
    if (region[3] & is_communication) region[3] = (region[3] & ~(u64)write) | (listens ? write : 0);
}
static long state(void) { return hypercall(6, attacker, 0); }
enum { listening = 19, agrees = 0, refuses, is_silent, ends };

void ask_cells(void) {
  make_listener(1, 0);
  start_attacker(listening, refuses);
  wait(20000);
  tell("CPU 3 has failed", hypercall(7, 3, 0));
  tell("destroy of a cell that refuses", hypercall(4, attacker, 0));
  tell("its state", state());
  tell("destroy of a cell that agrees", hypercall(4, attacker, 0));
  start_attacker(listening, ends);
  wait(20000);
  tell("destroy of a cell that ends", hypercall(4, attacker, 0));
  make_listener(1, 300);
  start_attacker(listening, is_silent);
  wait(20000);
  tell("state of a silent cell", state());
  u64 began = ticks();
  tell("set-loadable of a silent cell", hypercall(3, attacker, 0));
  tell("ticks until it has failed", ticks() - began);
  tell("its state then", state());
  must("destroy", hypercall(4, attacker, 0));
  make_listener(0, 0);
}
void start_listener(void) {
  make_listener(1, 0);
  start_attacker(listening, agrees);
  wait(20000);
}
void end_listener(void) {
  wait(20000);
  tell("destroy of the listener", hypercall(4, attacker, 0));
  make_listener(0, 0);
}

static u64 record(u64 number, u64 word) {
  u64 low = hypercall(0x1001, number * 16 + word * 2, 0), high = hypercall(0x1001, number * 16 + word * 2 + 1, 0);
  return high << 32 | low;
}
void read_log(void) {
  /* A cell whose CPU has failed, as the management sees it. */
  start_attacker(0, MEMORY + 0x5000);
  wait(100000);
  tell("CPU 3 has failed", hypercall(7, 3, 0));
  tell("a CPU that is not", hypercall(7, 99, 0));
  tell("exits of CPU 1 can be read", hypercall(7, 1, 1000) > 0);
  must("destroy", hypercall(4, attacker, 0));
  u64 end = hypercall(0x1000, ~0UL, 0);
  tell("the log has a beginning that is gone", hypercall(0x1000, 0, 0));
  u64 lines = 0, bytes = 0;
  for (u64 position = end - 2048; position < end;) {
    u64 word = hypercall(0x1000, position, 0), count = word >> 56;
    for (u64 i = 0; i < count; i++) lines += (u8)(word >> 8 * i) == '\n';
    bytes += count;
    position += count;
    if (!count) break;
  }
  tell("bytes of the log", bytes);
  tell("lines in it", lines > 5);
  u64 newest = 0, place = 0, kept = 0;
  for (u64 i = 0; i < 31; i++) {
    u64 number = record(i, 0);
    if (number) kept++;
    if (number > newest) newest = number, place = i;
  }
  tell("records of stopped CPUs are kept", kept);
  tell("the newest is about cell", record(place, 1) >> 32);
  tell("on CPU", (u32)record(place, 1));
  tell("which touched the memory that it was told to", record(place, 5) == MEMORY + 0x5000);
  tell("by an instruction of its own", record(place, 6) > 0 && record(place, 6) < 0x100000);
  tell("a record that is not", hypercall(0x1001, 31 * 16, 0));
}
