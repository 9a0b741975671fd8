/* SPDX-License-Identifier: Apache-2.0 */
/* Tries on a processor what the simulator is asked as well (Sources/compare): turns VMX on, and tells on the parallel port what comes of each vector that
   the disk holds. It decides and judges nothing.

   The disk, words of 64 bits: how many words there are, seed, checksum, how many records; how many fields, and each with its value: the VMCS that every
   vector begins with. Then the records: a head (bit 0: it runs; bits 23:8: how many fields; bits 63:24: how many words of memory), RAX, RCX, RDX, RBX,
   RDI, the fields with their values, the words with their addresses. What does not run leaves its words in memory; after what does, they are as before. */
#include "../inmates/bare.h"

#define DISK 0x4000000UL
/* Pages from here on say which they are: at MARK the instructions "mov $page, %ebx; vmcall", in 8 bytes. Behind that a guest may write. */
#define FIRST_MARKED 0x20000UL
#define END_MARKED 0x40000UL
#define MARK 0xab8UL
#define mark(page) (0xc1010fUL << 40 | (page) << 8 | 0xbb)

enum { host_rip = 0x6c16, host_cr3 = 0x6c02, error = 0x4400, reason = 0x4402, information = 0x4404, physical = 0x2400, qualification = 0x6400 };

int enter(u64 *registers);
extern u8 left[], tables[];
static u8 vmxon_page[4096] __attribute__((aligned(4096))), vmcs_page[4096] __attribute__((aligned(4096)));

static u64 field(u64 which) {
  u64 value;
  __asm__ volatile("vmread %1, %0" : "=r"(value) : "r"(which) : "cc");
  return value;
}
/* 1: there is no such field. */
static int set_field(u64 which, u64 value) {
  u8 failed;
  __asm__ volatile("vmwrite %2, %1; setna %0" : "=q"(failed) : "r"(which), "r"(value) : "cc");
  return failed;
}

/* The parallel port: data, then the strobe. */
static void put_byte(char byte) {
  out8(0x378, byte);
  out8(0x37a, 0xd);
  out8(0x37a, 0xc);
}
static void tell(char what, int count, const u64 *values) {
  put_byte(what);
  for (int i = 0; i < count; i++) {
    put_byte(' ');
    int shift = 60;
    while (shift && !(values[i] >> shift)) shift -= 4;
    for (; shift >= 0; shift -= 4) put_byte("0123456789abcdef"[values[i] >> shift & 15]);
  }
  put_byte('\n');
}

/* Sectors of the first disk, by the processor. */
static void read_disk(u64 sector, u64 count, void *to) {
  for (; count; sector++, count--) {
    out8(0x1f6, 0xe0 | sector >> 24);
    out8(0x1f2, 1);
    out8(0x1f3, sector);
    out8(0x1f4, sector >> 8);
    out8(0x1f5, sector >> 16);
    out8(0x1f7, 0x20);
    while ((in8(0x1f7) & 0x88) != 8) {}
    u64 words = 256;
    __asm__ volatile("rep insw" : "+D"(to), "+c"(words) : "d"(0x1f0) : "memory");
  }
}

static void turn_on(void) {
  u32 revision = read_msr(0x480);
  *(u32 *)vmxon_page = *(u32 *)vmcs_page = revision;
  u64 at = (u64)vmxon_page;
  __asm__ volatile("vmxon %0" : : "m"(at) : "cc", "memory");
}

/* A VMCS as every vector begins with, and the vector's own fields. The number of fields that there are not. */
static u64 prepare(const u64 *list, u64 count, const u64 *own, u64 own_count) {
  u64 at = (u64)vmcs_page, failed = 0, nothing[2] = {0, 0};
  __asm__ volatile("vmclear %0; vmptrld %0" : : "m"(at) : "cc", "memory");
  __asm__ volatile("invept %0, %1" : : "m"(nothing), "r"(2UL) : "cc", "memory");
  for (u64 i = 0; i < count; i++) failed += set_field(list[2 * i], list[2 * i + 1]);
  failed += set_field(host_rip, (u64)left) + set_field(host_cr3, (u64)tables);
  for (u64 i = 0; i < own_count; i++) failed += set_field(own[2 * i], own[2 * i + 1]);
  return failed;
}

/* What stands behind the mark that the guest has read, and no longer. */
static u64 take_written(u64 read) {
  u64 page = read >> 8 & 0xffffffff;
  if (read != mark(page) || page < FIRST_MARKED || page >= END_MARKED) return 0;
  volatile u64 *at = (volatile u64 *)(page << 12 | (MARK + 8));
  u64 found = *at;
  *at = 0;
  return found;
}

void compare_main(void) {
  read_disk(0, 1, (void *)DISK);
  u64 *next = (u64 *)DISK;
  read_disk(0, (next[0] + 63) / 64, (void *)DISK);
  u64 records = next[3], count = next[4], *list = next + 5;
  tell('s', 3, next + 1);
  for (u64 number = 0x480; number <= 0x491; number++) {
    u64 known[2] = {number, read_msr(number)};
    tell('m', 2, known);
  }
  u32 leaf = 0x80000008;
  __asm__ volatile("cpuid" : "+a"(leaf) : : "rbx", "rcx", "rdx");
  u64 bits = leaf & 0xff;
  tell('b', 1, &bits);
  for (u64 page = FIRST_MARKED; page < END_MARKED; page++) *(volatile u64 *)(page << 12 | MARK) = mark(page);
  turn_on();
  next = list + 2 * count;
  for (u64 record = 0; record < records; record++) {
    u64 head = *next++, fields = head >> 8 & 0xffff, words = head >> 24;
    u64 *registers = next, *own = next + 5, *memory = own + 2 * fields;
    next = memory + 2 * words;
    for (u64 i = 0; i < words; i++) {
      volatile u64 *at = (volatile u64 *)memory[2 * i];
      u64 before = *at;
      *at = memory[2 * i + 1];
      memory[2 * i + 1] = before;
    }
    if (!(head & 1)) continue;
    u64 lacking = prepare(list, count, own, fields);
    u64 status = enter(registers);
    u64 said[] = {record, lacking, status, field(status ? error : reason), field(qualification), field(physical), field(information), registers[3],
                  take_written(registers[3])};
    tell('v', 9, said);
    for (u64 i = words; i; i--) *(volatile u64 *)memory[2 * i - 2] = memory[2 * i - 1];
  }
  tell('e', 0, 0);
  for (const char *c = "Shutdown"; *c; c++) out8(0x8900, *c);
}
