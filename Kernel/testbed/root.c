/* SPDX-License-Identifier: Apache-2.0 */
/* A bare-metal root: stands in for Linux and its module. It starts the other CPUs, enters the hypervisor as the loader will, and then
   tries as a guest what a root may do and what it may not. What it finds goes to the serial port, one line each. */

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

#define CPUS 4
#define IMAGE 0xfffffffff0000000UL
#define MEMORY 0x3a000000UL

extern u64 gdt[];
extern u32 arrived;
extern volatile u64 fault, resume;
extern u8 trampoline[], trampoline_end[];
extern void stub6(void), stub13(void), stub14(void);

static void out8(u16 port, u8 value) { __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port)); }
static u8 in8(u16 port) {
  u8 value;
  __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}
static u64 ticks(void) {
  u32 low, high;
  __asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high));
  return (u64)high << 32 | low;
}
static void put(char c) {
  while (!(in8(0x3fd) & 0x20)) {}
  out8(0x3f8, c);
}
static void print(const char *text) {
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
static void say(const char *what, u64 value) {
  print("root: ");
  print(what);
  print(" = ");
  if ((long)value < 0) {
    put('-');
    value = -value;
  }
  number(value);
  put('\r');
  put('\n');
}

static void cpuid(u32 leaf, u32 *a, u32 *b, u32 *c, u32 *d) {
  __asm__ volatile("cpuid" : "=a"(*a), "=b"(*b), "=c"(*c), "=d"(*d) : "a"(leaf), "c"(0));
}
static long hypercall(u64 code, u64 first, u64 second) {
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

struct table { u16 limit; u64 base; } __attribute__((packed));
static u64 own_gdt[CPUS][8], tss[CPUS][16];
static u64 idt[512];

static void descriptors(u32 cpu) {
  for (int i = 0; i < 5; i++) own_gdt[cpu][i] = gdt[i];
  u64 base = (u64)tss[cpu];
  own_gdt[cpu][6] = 0x67 | (base & 0xffffff) << 16 | 0x89UL << 40 | (base >> 24 & 0xff) << 56;
  own_gdt[cpu][7] = base >> 32;
  struct table table = {sizeof own_gdt[cpu] - 1, (u64)own_gdt[cpu]};
  __asm__ volatile("lgdt %0; ltr %1" : : "m"(table), "r"((u16)0x30));
  void (*stubs[15])(void) = {[6] = stub6, [13] = stub13, [14] = stub14};
  for (int v = 0; v < 15; v++) {
    u64 at = (u64)stubs[v];
    if (at) {
      idt[2 * v] = (at & 0xffff) | 8UL << 16 | 0x8eUL << 40 | (at >> 16 & 0xffff) << 48;
      idt[2 * v + 1] = at >> 32;
    }
  }
  struct table interrupts = {sizeof idt - 1, (u64)idt};
  __asm__ volatile("lidt %0" : : "m"(interrupts));
}

static void start_others(void) {
  for (u64 i = 0; i < (u64)(trampoline_end - trampoline); i++) ((u8 *)0x8000)[i] = trampoline[i];
  volatile u32 *command = (u32 *)0xfee00300UL;
  *command = 0x000c4500; /* INIT to all but self */
  for (int i = 0; i < 100000; i++) __asm__ volatile("pause");
  *command = 0x000c4608; /* SIPI, page 8 */
  while (__atomic_load_n(&arrived, __ATOMIC_SEQ_CST) < CPUS) __asm__ volatile("pause");
}

static u32 go, entered;
static long results[CPUS];

static void as_guest(void) {
  u32 a, b, c, d;
  cpuid(0x40000000, &a, &b, &c, &d);
  say("cpuid 0x40000000 is Jailhouse's", b == 0x6c69614a && c == 0x73756f68 && d == 0x65);
  enum { turns = 1000 };
  u64 began = ticks();
  for (int i = 0; i < turns; i++) __asm__ volatile("" : : "r"(i) : "eax", "ebx", "ecx", "edx");
  u64 empty = ticks() - began;
  began = ticks();
  for (int i = 0; i < turns; i++) __asm__ volatile("cpuid" : : "a"(2), "c"(0), "r"(i) : "ebx", "edx");
  say("ticks of a CPUID exit, times 1000", ticks() - began - empty);
  began = ticks();
  for (int i = 0; i < turns; i++) hypercall(5, 0, 0);
  say("ticks of a hypercall, times 1000", ticks() - began);
  say("pages of the pool", hypercall(5, 0, 0));
  say("pages used", hypercall(5, 1, 0));
  say("cells", hypercall(5, 4, 0));
  say("unknown hypercall", hypercall(99, 0, 0));
  say("exits for CPUID", hypercall(7, 0, 1007));
  say("VMXON raises", PROBE("movq $0, -8(%%rsp); vmxon -8(%%rsp)", "r"(0)));
  say("WRMSR of a microcode update raises", PROBE("wrmsr", "c"(0x79)));
  say("RDMSR of what nobody knows raises", PROBE("rdmsr", "c"(0x12345)));
  say("RDMSR of EFER raises", PROBE("rdmsr", "c"(0xc0000080)));
}

static void finish(void) {
  for (const char *c = "Shutdown"; *c; c++) out8(0x8900, *c);
}

void root_main(u32 cpu) {
  descriptors(cpu);
  if (cpu == 0) {
    out8(0x3fb, 0x83);
    out8(0x3f8, 1);
    out8(0x3f9, 0);
    out8(0x3fb, 0x03);
    out8(0x3fa, 0x07);
    print("root: here\n");
    start_others();
    say("CPUs", arrived);
    *(u32 *)(IMAGE + 48) = CPUS;
    *(u32 *)(IMAGE + 52) = CPUS;
    __atomic_store_n(&go, 1, __ATOMIC_SEQ_CST);
  }
  while (!__atomic_load_n(&go, __ATOMIC_SEQ_CST)) __asm__ volatile("pause");
  u64 began = ticks();
  int (*entry)(u32) = (int (*)(u32))(IMAGE + *(u64 *)(IMAGE + 24));
  results[cpu] = entry(cpu);
  u64 took = ticks() - began;
  __atomic_add_fetch(&entered, 1, __ATOMIC_SEQ_CST);
  if (cpu == 0) {
    while (__atomic_load_n(&entered, __ATOMIC_SEQ_CST) < CPUS) __asm__ volatile("pause");
    for (int i = 0; i < CPUS; i++) say("enable", results[i]);
    say("ticks of enable", took);
    if (!results[0]) as_guest();
    __atomic_store_n(&go, 2, __ATOMIC_SEQ_CST);
    for (int i = 0; i < 3000000; i++) __asm__ volatile("pause");
    say("root goes on, cells", hypercall(5, 4, 0));
    finish();
  }
  while (__atomic_load_n(&go, __ATOMIC_SEQ_CST) < 2) __asm__ volatile("pause");
  if (results[cpu]) return;
  if (cpu == 3) {
    print("root: CPU 3 reads the hypervisor's memory\n");
    u64 stolen = *(volatile u64 *)MEMORY;
    say("CPU 3 has read", stolen);
  }
}
