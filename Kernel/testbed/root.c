/* SPDX-License-Identifier: Apache-2.0 */
/* A bare-metal root: stands in for Linux and its module. It starts the other CPUs, enters the hypervisor as the loader will, and then
   tries as a guest what a root may do and what it may not. What it finds goes to the serial port, one line each. */

#include "../inmates/bare.h"

#define CPUS 4
#define IMAGE 0xfffffffff0000000UL
#define MEMORY 0x3a000000UL

extern u64 gdt[];
extern u32 arrived;
extern u8 trampoline[], trampoline_end[];

static u32 is_guest;
void put(char c) {
  if (is_guest) {
    hypercall(8, (u8)c, 0);
    return;
  }
  while (!(in8(0x3fd) & 0x20)) {}
  out8(0x3f8, c);
}
static void tell(const char *what, u64 value) {
  print("root: ");
  say(what, value);
}

static void cpuid(u32 leaf, u32 *a, u32 *b, u32 *c, u32 *d) {
  __asm__ volatile("cpuid" : "=a"(*a), "=b"(*b), "=c"(*c), "=d"(*d) : "a"(leaf), "c"(0));
}
static u64 own_gdt[CPUS][8], tss[CPUS][16];
static u64 idt[512];

static void descriptors(u32 cpu) {
  for (int i = 0; i < 5; i++) own_gdt[cpu][i] = gdt[i];
  u64 base = (u64)tss[cpu];
  own_gdt[cpu][6] = 0x67 | (base & 0xffffff) << 16 | 0x89UL << 40 | (base >> 24 & 0xff) << 56;
  own_gdt[cpu][7] = base >> 32;
  struct table table = {sizeof own_gdt[cpu] - 1, (u64)own_gdt[cpu]};
  __asm__ volatile("lgdt %0; ltr %1" : : "m"(table), "r"((u16)0x30));
  set_gate(idt, 6, stub6);
  set_gate(idt, 13, stub13);
  set_gate(idt, 14, stub14);
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
  tell("cpuid 0x40000000 is Jailhouse's", b == 0x6c69614a && c == 0x73756f68 && d == 0x65);
  enum { turns = 1000 };
  u64 began = ticks();
  for (int i = 0; i < turns; i++) __asm__ volatile("" : : "r"(i) : "eax", "ebx", "ecx", "edx");
  u64 empty = ticks() - began;
  began = ticks();
  for (int i = 0; i < turns; i++) __asm__ volatile("cpuid" : : "a"(2), "c"(0), "r"(i) : "ebx", "edx");
  tell("ticks of a CPUID exit, times 1000", ticks() - began - empty);
  began = ticks();
  for (int i = 0; i < turns; i++) hypercall(5, 0, 0);
  tell("ticks of a hypercall, times 1000", ticks() - began);
  tell("pages of the pool", hypercall(5, 0, 0));
  tell("pages used", hypercall(5, 1, 0));
  tell("cells", hypercall(5, 4, 0));
  tell("unknown hypercall", hypercall(99, 0, 0));
  tell("exits for CPUID", hypercall(7, 0, 1007));
  tell("VMXON raises", PROBE("movq $0, -8(%%rsp); vmxon -8(%%rsp)", "r"(0)));
  tell("WRMSR of a microcode update raises", PROBE("wrmsr", "c"(0x79)));
  tell("RDMSR of what nobody knows raises", PROBE("rdmsr", "c"(0x12345)));
  tell("RDMSR of EFER raises", PROBE("rdmsr", "c"(0xc0000080)));
}

/* The cells: configurations and images as they were built. */
extern u8 config_first[], config_second[], config_attacker[];
extern u8 image_tick[], image_tick_end[], image_attack[], image_attack_end[];
enum { first = 1, second = 2, attacker = 3 };
#define RAM_FIRST 0x3a600000UL
#define RAM_SECOND 0x3a700000UL
#define RAM_ATTACKER 0x3a800000UL
/* The link between the two, which is not root's: what the first cell writes, what the second one does. */
#define LINK_FIRST 0x3a901000UL
#define LINK_SECOND 0x3a908000UL
#define TSC_APART 20000UL

static void wait(u64 turns) {
  for (u64 i = 0; i < turns; i++) __asm__ volatile("pause");
}
static long create(u8 *config, u32 id) {
  *(u32 *)(config + 40) = id;
  return hypercall(1, (u64)config, 0);
}
static void load(u64 ram, const u8 *image, const u8 *end) {
  u64 bytes = end - image;
  __asm__ volatile("rep movsb" : "+D"(ram), "+S"(image), "+c"(bytes) : : "memory");
}
static void put_arguments(u64 ram, u64 port, u64 a, u64 b, u64 c) {
  volatile u64 *at = (u64 *)(ram + 16);
  at[0] = port;
  at[1] = a;
  at[2] = b;
  at[3] = c;
}
static void must(const char *what, long result) {
  if (!result) return;
  print("root: FAILED ");
  tell(what, result);
}

static void start_pair(void) {
  u64 began = ticks();
  tell("create first", create(config_first, first));
  tell("ticks of create", ticks() - began);
  began = ticks();
  tell("set loadable", hypercall(3, first, 0));
  tell("ticks of set-loadable", ticks() - began);
  load(RAM_FIRST, image_tick, image_tick_end);
  put_arguments(RAM_FIRST, 0x2f8, TSC_APART, LINK_FIRST, LINK_SECOND);
  began = ticks();
  tell("start", hypercall(2, first, 0));
  tell("ticks of start", ticks() - began);
  must("create second", create(config_second, second));
  must("second loadable", hypercall(3, second, 0));
  load(RAM_SECOND, image_tick, image_tick_end);
  put_arguments(RAM_SECOND, 0x3e8, TSC_APART, LINK_SECOND, LINK_FIRST);
  must("start second", hypercall(2, second, 0));
  tell("cells now", hypercall(5, 4, 0));
  tell("create with an id that is taken", create(config_attacker, second));
  tell("create with a name that is taken", create(config_first, attacker));
  tell("state of first", hypercall(6, first, 0));
  wait(300000);
}

/* Runs one attack; says what became of the cell. */
static void attack(u64 which, u64 address) {
  must("create attacker", create(config_attacker, attacker));
  must("attacker loadable", hypercall(3, attacker, 0));
  load(RAM_ATTACKER, image_attack, image_attack_end);
  put_arguments(RAM_ATTACKER, 0, which, address, 0);
  must("start attacker", hypercall(2, attacker, 0));
  long state = 0;
  for (int i = 0; i < 40000 && state == 0; i++) {
    wait(2000);
    state = hypercall(6, attacker, 0);
  }
  print("root: attack ");
  number(which);
  print(" on ");
  number(address);
  print(": state = ");
  number(state);
  print("\n");
  must("destroy attacker", hypercall(4, attacker, 0));
}

static void attacks(void) {
  static const struct { u64 number, address; } list[] = {
      {0, MEMORY}, {1, MEMORY}, {2, MEMORY},                     /* the hypervisor */
      {0, RAM_FIRST}, {1, RAM_FIRST}, {0, 0x110000}, {1, 0x200000}, /* another cell's, root's */
      {1, 0x100008}, {0, 0x101000}, {0, 0x3a5f0000}, /* its own communication page, which it may only read; behind it; those of all cells */
      {0, 0xfee00020}, {1, 0xfee00300}, {0, 0xfec00000}, {0, 0x80000000}, /* never mapped */
      {3, 0x3f8}, {4, 0x3f8}, {3, 0x2f8}, {4, 0xcf9}, {4, 0xb004}, {4, 0xb2}, {3, 0xcfc}, {5, 0x3f8},
      {6, 0}, {7, 0}, {8, 0}, {9, 0}, {10, 0}, {11, 0},
  };
  for (u64 i = 0; i < sizeof list / sizeof *list; i++) attack(list[i].number, list[i].address);
}

static void again_and_again(void) {
  long before = hypercall(5, 1, 0);
  u64 longest = 0, create_ticks = 0, destroy_ticks = 0;
  for (int i = 0; i < 100; i++) {
    u64 began = ticks();
    must("create", create(config_attacker, attacker));
    create_ticks = ticks() - began;
    must("loadable", hypercall(3, attacker, 0));
    load(RAM_ATTACKER, image_attack, image_attack_end);
    put_arguments(RAM_ATTACKER, 0, 99, 0, 0);
    must("start", hypercall(2, attacker, 0));
    if (i % 10 == 0) wait(20000);
    if (i % 3 == 0) must("restart", hypercall(2, attacker, 0));
    began = ticks();
    must("destroy", hypercall(4, attacker, 0));
    destroy_ticks = ticks() - began;
    if (destroy_ticks > longest) longest = destroy_ticks;
    u64 left = 0;
    for (u64 *at = (u64 *)RAM_ATTACKER; at < (u64 *)(RAM_ATTACKER + 0x4000); at++) left |= *at;
    if (left) print("root: FAILED memory is not clean\n");
  }
  tell("ticks of create, without printing", create_ticks);
  tell("ticks of destroy, with scrubbing of 1 MiB", destroy_ticks);
  tell("pages used after 100 lives, more than before", hypercall(5, 1, 0) - before);
  tell("cells after 100 lives", hypercall(5, 4, 0));
}

/* A CPU that was a cell's is root's again and waits: root starts it, and it tries something that root must not do. */
static u32 back;
extern u32 arrived;
static void command(u32 low, u32 to) { __asm__ volatile("wrmsr" : : "c"(0x830), "a"(low), "d"(to) : "memory"); }
static void bring_back(u32 cpu) {
  __atomic_store_n(&arrived, cpu, __ATOMIC_SEQ_CST);
  __atomic_store_n(&back, 1, __ATOMIC_SEQ_CST);
  command(0x4500, cpu);
  wait(10000);
  command(0x4608, cpu);
  for (int i = 0; i < 1000 && __atomic_load_n(&back, __ATOMIC_SEQ_CST) != 2; i++) wait(1000);
  tell(cpu == 1 ? "CPU 1 is back" : cpu == 2 ? "CPU 2 is back" : "CPU 3 is back", back == 2);
  wait(100000);
}
static void misbehave(u32 cpu) {
  __atomic_store_n(&back, 2, __ATOMIC_SEQ_CST);
  if (cpu == 3) {
    print("root: CPU 3 reads the hypervisor's memory\n");
    tell("CPU 3 HAS READ", *(volatile u64 *)MEMORY);
  }
  if (cpu == 2) {
    print("root: CPU 2 reads a cell's memory\n");
    tell("CPU 2 HAS READ", *(volatile u64 *)RAM_FIRST);
  }
  if (cpu == 1) {
    print("root: CPU 1 reads the hypervisor's console\n");
    tell("CPU 1 HAS READ", in8(0x3fb));
  }
}

/* A cell that asks for another one's memory. */
static void ask_for_too_much(void) {
  u64 *region = (u64 *)(config_attacker + 132 + 8);
  u64 kept = region[0];
  region[0] = RAM_FIRST;
  tell("create with another cell's memory", create(config_attacker, attacker));
  region[0] = MEMORY + 0x1000;
  tell("create with the hypervisor's memory", create(config_attacker, attacker));
  region[0] = kept;
  *(u32 *)(config_attacker + 52) += 0x1000;
  tell("create with more regions than there are bytes", create(config_attacker, attacker));
  *(u32 *)(config_attacker + 52) -= 0x1000;
  tell("create from nowhere", hypercall(1, 0x7f0000000000UL, 0));
  tell("create from the hypervisor's memory", hypercall(1, MEMORY, 0));
  tell("start of a cell that is not", hypercall(2, 9, 0));
  tell("destroy of root", hypercall(4, 0, 0));
}

static void finish(void) {
  for (const char *c = "Shutdown"; *c; c++) out8(0x8900, *c);
}

#ifdef REPLAY
#include "replay.h"
#else
static void script(void) {
  as_guest();
  start_pair();
  ask_for_too_much();
  attacks();
  again_and_again();
  bring_back(3);
  wait(200000);
  must("destroy second", hypercall(4, second, 0));
  bring_back(2);
  must("destroy first", hypercall(4, first, 0));
  bring_back(1);
  tell("pages used at the end", hypercall(5, 1, 0));
  tell("root goes on, cells", hypercall(5, 4, 0));
}
#endif

void root_main(u32 cpu) {
  descriptors(cpu);
  if (__atomic_load_n(&back, __ATOMIC_SEQ_CST)) {
    misbehave(cpu);
    return;
  }
  if (cpu == 0) {
    out8(0x3fb, 0x83);
    out8(0x3f8, 1);
    out8(0x3f9, 0);
    out8(0x3fb, 0x03);
    out8(0x3fa, 0x07);
    print("root: here\n");
    start_others();
    tell("CPUs", arrived);
    *(u32 *)(IMAGE + 48) = CPUS;
    *(u32 *)(IMAGE + 52) = CPUS;
    __atomic_store_n(&go, 1, __ATOMIC_SEQ_CST);
  }
  while (!__atomic_load_n(&go, __ATOMIC_SEQ_CST)) __asm__ volatile("pause");
  /* x2APIC. */
  __asm__ volatile("rdmsr; or $0xc00, %%eax; wrmsr" : : "c"(0x1b) : "eax", "edx");
  u64 began = ticks();
  int (*entry)(u32) = (int (*)(u32))(IMAGE + *(u64 *)(IMAGE + 24));
  results[cpu] = entry(cpu);
  u64 took = ticks() - began;
  __atomic_add_fetch(&entered, 1, __ATOMIC_SEQ_CST);
  if (cpu == 0) {
    while (__atomic_load_n(&entered, __ATOMIC_SEQ_CST) < CPUS) __asm__ volatile("pause");
    is_guest = !results[0];
    for (int i = 0; i < CPUS; i++) tell("enable", results[i]);
    tell("ticks of enable", took);
    if (!results[0]) script();
    is_guest = 0;
    finish();
  }
  /* The others wait to be given away. */
  for (;;) __asm__ volatile("pause");
}
