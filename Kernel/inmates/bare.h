/* SPDX-License-Identifier: Apache-2.0 */
/* What bare-metal programs share, inmates and the testbed's root: types, single instructions, a fault that is caught, and text. */
#ifndef BARE_H
#define BARE_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

/* faults.h: the vector of the last exception that was caught; where to go on behind it. */
extern volatile u64 fault, resume;
extern void stub1(void), stub6(void), stub13(void), stub14(void), stub32(void);

static inline void out8(u16 port, u8 value) { __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port)); }
static inline u8 in8(u16 port) {
  u8 value;
  __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}
static inline void out16(u16 port, u16 value) { __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port)); }
static inline u16 in16(u16 port) {
  u16 value;
  __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}
static inline void out32(u16 port, u32 value) { __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port)); }
static inline u32 in32(u16 port) {
  u32 value;
  __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}
static inline u64 ticks(void) {
  u32 low, high;
  __asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high));
  return (u64)high << 32 | low;
}
static inline u64 read_msr(u32 number) {
  u32 low, high;
  __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(number));
  return (u64)high << 32 | low;
}
static inline void write_msr(u32 number, u64 value) {
  __asm__ volatile("wrmsr" : : "c"(number), "a"((u32)value), "d"((u32)(value >> 32)) : "memory");
}
/* A word of a device's, by MOV: compilers like to compare or test in memory, which no device that is stood in for has. */
static inline u32 load32(u64 at) {
  u32 value;
  __asm__ volatile("movl %1, %0" : "=r"(value) : "m"(*(volatile u32 *)at));
  return value;
}
/* The local APIC in the mode that it is in, by the numbers of x2APIC's registers; and its command. */
static inline int is_x2apic(void) { return read_msr(0x1b) >> 10 & 1; }
#define APIC_PAGE 0xfee00000UL
static inline u32 apic_read(u32 number) {
  return is_x2apic() ? read_msr(0x800 + number) : load32(APIC_PAGE + 16UL * number);
}
static inline void apic_write(u32 number, u32 value) {
  if (is_x2apic())
    write_msr(0x800 + number, value);
  else
    *(volatile u32 *)(APIC_PAGE + 16UL * number) = value;
}
static inline void command(u32 low, u32 to) {
  if (is_x2apic()) {
    write_msr(0x830, (u64)to << 32 | low);
    return;
  }
  apic_write(0x31, to << 24);
  apic_write(0x30, low);
}
/* The first I/O APIC, by its page. */
#define CHIP_PAGE 0xfec00000UL
static inline u32 chip_read(u32 index) {
  *(volatile u32 *)CHIP_PAGE = index;
  return load32(CHIP_PAGE + 0x10);
}
static inline void chip_write(u32 index, u32 value) {
  *(volatile u32 *)CHIP_PAGE = index;
  *(volatile u32 *)(CHIP_PAGE + 0x10) = value;
}
static inline u32 pin_read(u32 pin) { return chip_read(0x10 + 2 * pin); }
static inline void pin_write(u32 pin, u32 low, u32 to) {
  chip_write(0x11 + 2 * pin, to << 24);
  chip_write(0x10 + 2 * pin, low);
}
static inline long hypercall(u64 code, u64 first, u64 second) {
  long result;
  __asm__ volatile("vmcall" : "=a"(result) : "a"(code), "D"(first), "S"(second) : "memory");
  return result;
}
/* The vector that the instruction raised; 0: none. */
#define PROBE(instruction, ...)                                                                                  \
  ({                                                                                                             \
    fault = 0;                                                                                                   \
    __asm__ volatile("leaq 1f(%%rip), %%rax; movq %%rax, resume; " instruction "; 1:" : : __VA_ARGS__            \
                     : "rax", "rdx", "memory", "cc");                                                            \
    fault;                                                                                                       \
  })

/* LIDT's and LGDT's operand, and a gate to a handler. */
struct table { u16 limit; u64 base; } __attribute__((packed));
static inline void set_gate(u64 *idt, int vector, void (*handler)(void)) {
  u64 at = (u64)handler;
  idt[2 * vector] = (at & 0xffff) | 8UL << 16 | 0x8eUL << 40 | (at >> 16 & 0xffff) << 48;
  idt[2 * vector + 1] = at >> 32;
}

/* Each program says where characters go; the rest is text.c. */
void put(char c);
void print(const char *text);
void number(u64 value);
void hex(u64 value);
/* What it is, and a signed number. */
void say(const char *what, u64 value);

#endif
