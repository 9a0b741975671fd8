/* SPDX-License-Identifier: Apache-2.0 */
/* The inmate library: a serial port, the x2APIC's timer, hypercalls, and instructions whose fault is caught. */
#ifndef INMATE_H
#define INMATE_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

/* What the loader wrote behind the first instruction: the serial port (0: the hypervisor's console), what to do, two addresses. */
extern u64 arguments[4];
extern volatile u64 fault, resume;

void inmate_main(void);
void on_timer(void);

static inline void out8(u16 port, u8 value) { __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port)); }
static inline u8 in8(u16 port) {
  u8 value;
  __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
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
#define COMMUNICATION ((volatile struct communication *)0x100000)

void serial_on(void);
void print(const char *text);
void say(const char *what, u64 value);
void hex(u64 value);
void vectors_on(void);
/* The timer of the x2APIC, in TSC-deadline mode, raises vector 0x20. */
void timer_on(void);
void deadline(u64 at);

#endif
