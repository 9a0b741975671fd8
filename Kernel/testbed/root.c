/* SPDX-License-Identifier: Apache-2.0 */
/* A bare-metal root: stands in for Linux and its module. It starts the other CPUs, enters the hypervisor as the loader will, and then
   tries as a guest what a root may do and what it may not. What it finds goes to the serial port, one line each. */

#include "root.h"

extern u64 gdt[];
extern u32 arrived;
extern u8 trampoline[], trampoline_end[];

u32 is_guest;
void put(char c) {
  if (is_guest) {
    hypercall(8, (u8)c, 0);
    return;
  }
  while (!(in8(0x3fd) & 0x20)) {}
  out8(0x3f8, c);
}
void tell(const char *what, u64 value) {
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
  set_gate(idt, 32, stub32);
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

/* The link between the two, which is not root's: what the first cell writes, what the second one does. */
#define LINK_FIRST 0x3aa01000UL
#define LINK_SECOND 0x3aa08000UL
#define TSC_APART 20000UL

void wait(u64 turns) {
  for (u64 i = 0; i < turns; i++) __asm__ volatile("pause");
}
long create(u8 *config, u32 id) {
  *(u32 *)(config + 40) = id;
  return hypercall(1, (u64)config, 0);
}
void load(u64 ram, const u8 *image, const u8 *end) {
  u64 bytes = end - image;
  __asm__ volatile("rep movsb" : "+D"(ram), "+S"(image), "+c"(bytes) : : "memory");
}
void put_arguments(u64 ram, u64 port, u64 a, u64 b, u64 c) {
  volatile u64 *at = (u64 *)(ram + 16);
  at[0] = port;
  at[1] = a;
  at[2] = b;
  at[3] = c;
}
void must(const char *what, long result) {
  if (!result) return;
  print("root: FAILED ");
  tell(what, result);
}

static void start_pair(void) {
  tell("create first", create(config_first, first));
  u64 began = ticks();
  long result = hypercall(3, first, 0);
  u64 took = ticks() - began;
  tell("set loadable", result);
  tell("ticks of set-loadable", took);
  load(RAM_FIRST, image_tick, image_tick_end);
  put_arguments(RAM_FIRST, 0x2f8, TSC_APART, LINK_FIRST, LINK_SECOND);
  began = ticks();
  result = hypercall(2, first, 0);
  took = ticks() - began;
  tell("start", result);
  tell("ticks of start", took);
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

void start_attacker(u64 which, u64 argument) {
  must("create attacker", create(config_attacker, attacker));
  must("attacker loadable", hypercall(3, attacker, 0));
  load(RAM_ATTACKER, image_attack, image_attack_end);
  put_arguments(RAM_ATTACKER, 0, which, argument, 0);
  must("start attacker", hypercall(2, attacker, 0));
}
/* Runs one attack; says what became of the cell. */
static void attack(u64 which, u64 address) {
  start_attacker(which, address);
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

struct tried { u64 number, address; };
static void attacks(void) {
  static const struct tried by_page[] = {
      {0, 0xfee00020}, {1, 0xfee00300},                      /* 64 bits */
      {12, 0xfee00020}, {13, 0xfee00080}, {14, 0xfee00024},   /* 8 bits, 16, 32 behind a register */
      {14, 0xfee000b0}, {15, 0xfee00030}, {15, 0xfee00320}, {16, 0xfee00080}, /* EOI read, version written, an SMI by the timer, OR */
      {17, MEMORY}, {17, RAM_FIRST}, {0, 0xfec00000}, {1, MEMORY}, {9, 0},
  };
  static const struct tried list[] = {
      {0, MEMORY}, {1, MEMORY}, {2, MEMORY},                     /* the hypervisor */
      {0, RAM_FIRST}, {1, RAM_FIRST}, {0, 0x110000}, {1, 0x200000}, /* another cell's, root's */
      {1, 0x100008}, {0, 0x101000}, {0, 0x3a5f0000}, /* its own communication page, which it may only read; behind it; those of all cells */
      {0, 0xfee00020}, {1, 0xfee00300}, {0, 0xfec00000}, {0, 0x80000000}, /* never mapped */
      {3, 0x3f8}, {4, 0x3f8}, {3, 0x2f8}, {4, 0xcf9}, {4, 0xb004}, {4, 0xb2}, {4, 0x64}, {22, 0}, {5, 0x3f8},
      {6, 0}, {7, 0}, {8, 0}, {9, 0}, {10, 0}, {11, 0}, {18, 0},
  };
  if (is_xapic) {
    for (u64 i = 0; i < sizeof by_page / sizeof *by_page; i++) attack(by_page[i].number, by_page[i].address);
    return;
  }
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
  tell("ticks of create", create_ticks);
  tell("ticks of destroy, with scrubbing of 1 MiB", destroy_ticks);
  tell("pages used after 100 lives, more than before", hypercall(5, 1, 0) - before);
  tell("cells after 100 lives", hypercall(5, 4, 0));
}

static u32 back;
u32 work;
extern u32 arrived;
void bring_back(u32 cpu) {
  __atomic_store_n(&arrived, cpu, __ATOMIC_SEQ_CST);
  __atomic_store_n(&back, 1, __ATOMIC_SEQ_CST);
  command(0x4500, cpu);
  wait(10000);
  command(0x4608, cpu);
  for (int i = 0; i < 1000 && __atomic_load_n(&back, __ATOMIC_SEQ_CST) != 2; i++) wait(1000);
  tell(cpu == 1 ? "CPU 1 is back" : cpu == 2 ? "CPU 2 is back" : "CPU 3 is back", back == 2);
}
/* CPUs of root's that try something that root must not do, each when its turn comes. */
static u32 turn;
static void misbehave(u32 cpu) {
  while (__atomic_load_n(&turn, __ATOMIC_SEQ_CST) != cpu) __asm__ volatile("pause");
  if (is_xapic) {
    misuse_port(cpu);
    return;
  }
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
static void let_misbehave(u32 cpu) {
  __atomic_store_n(&turn, cpu, __ATOMIC_SEQ_CST);
  wait(100000);
  tell("root's CPU has failed", hypercall(7, cpu, 0));
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

/* The local APIC by its page, as a guest. */
static volatile u32 received[CPUS];
void on_timer(void) {
  __atomic_add_fetch(&received[(apic_read(2) >> 24) % CPUS], 1, __ATOMIC_SEQ_CST);
  apic_write(0x0b, 0);
}
static void take_interrupts(void) {
  apic_write(0x0f, 0x1ff);
  __asm__ volatile("sti");
}
/* How many interrupts came since the last time, a decimal digit for each CPU, CPU 0's last. */
static u64 came(void) {
  u64 sum = 0;
  wait(20000);
  for (int i = CPUS - 1; i >= 0; i--) sum = sum * 10 + __atomic_exchange_n(&received[i], 0, __ATOMIC_SEQ_CST);
  return sum;
}
extern u32 read_version_across_pages(void);
static void by_page(void) {
  u32 a, b, c;
  tell("APIC's version is one", (apic_read(3) & 0xff) >= 0x10);
  /* Other forms of the instruction: by a constant address, by two registers, by an instruction on two pages. */
  __asm__ volatile("movabsl 0xfee00030, %%eax" : "=a"(a));
  __asm__ volatile("movl 0x10(%1, %2, 4), %0" : "=r"(b) : "r"(APIC_PAGE), "r"(8UL));
  __asm__ volatile("mov $-1, %%r13; movl (%1), %%r13d; mov %%r13, %%rax; shr $32, %%rax" : "=&a"(c) : "r"(0xfee00030UL) : "r13");
  tell("APIC's version, read in four ways, is the same",
       a == apic_read(3) && b == a && c == 0 && read_version_across_pages() == a);
  apic_write(2, 0x55000000);
  apic_write(0x0d, 0x80000000);
  apic_write(0x0e, 0x0fffffff);
  tell("APIC's sets after a write", apic_read(0x0d) >> 24);
  tell("APIC's model after a write is flat", apic_read(0x0e) == 0xffffffff);
  apic_write(0x31, 0x12345678);
  tell("APIC's destination", apic_read(0x31));
  apic_write(8, 0x120);
  tell("APIC's priority", apic_read(8));
  apic_write(8, 0);
  apic_write(0x34, 0x4fe);
  tell("APIC's entry for an NMI", apic_read(0x34));
  command(0x4020, 0);
  tell("interrupts of root: to CPU 0", came());
  command(0x4020, 2);
  tell("interrupts of root: to CPU 2", came());
  command(0x4820, 0xa);
  tell("interrupts of root: to the set of CPUs 1 and 3", came());
  command(0x40020, 0);
  tell("interrupts of root: to itself", came());
  command(0x80020, 0);
  tell("interrupts of root: to all", came());
  command(0xc0020, 0);
  tell("interrupts of root: to all others", came());
  command(0x4020, 0xff);
  tell("interrupts of root: to number 255", came());
  command(0x4005, 1);
  command(0x4020, 77);
  tell("interrupts of root: to nobody, or none", came());
  /* Once, by the count. */
  apic_write(0x3e, 0x3);
  apic_write(0x32, 0x20);
  apic_write(0x38, 1000);
  tell("interrupts of root: by the timer", came());
  tell("APIC's timer has counted to", apic_read(0x39));
}
/* I/O APIC: pin 2 is the timer's, pin 3 a cell's to be, pin 8 the clock's. */
static void chip(void) {
  tell("chip's version", chip_read(1));
  chip_write(1, 0);
  tell("chip's version after a write", chip_read(1));
  tell("pin 2 before", pin_read(2) >> 16 & 1);
  out8(0x43, 0x34);
  out8(0x40, 100);
  out8(0x40, 0);
  pin_write(2, 0x20, 0);
  wait(20000);
  tell("timer's interrupts come to CPU 0 alone", received[0] && !received[1] && !received[2] && !received[3]);
  pin_write(2, 0x820, 0xe);
  came();
  wait(20000);
  tell("timer's interrupts come to a set", !received[0] && received[1] && received[2] && received[3]);
  pin_write(2, 0x10020, 0);
  came();
  tell("timer's interrupts after masking", came());
  static const u32 bad[] = {0x420, 0x220, 0x520, 0x720, 0x620, 0x320, 0x00f};
  for (u64 i = 0; i < sizeof bad / sizeof *bad; i++) {
    pin_write(2, bad[i], 0);
    if (pin_read(2) != (bad[i] | 0x10000)) tell("FAILED: an entry is let through", bad[i]);
  }
  pin_write(2, 0x20, 0xff);
  tell("pin to every CPU", pin_read(2));
  pin_write(2, 0x20, 0);
  pin_write(2, 0x10020, 0);
  pin_write(8, 0x820, 3);
  tell("pin 8 to CPUs 0 and 1", pin_read(8));
  pin_write(9, 0x20, 2);
  tell("pin 9 to CPU 2", pin_read(9));
  pin_write(12, 0x820, 9);
  tell("pin 12 to CPUs 0 and 3", pin_read(12));
}
static void chip_with_cells(void) {
  tell("pin 8 when CPU 1 is a cell's", pin_read(8));
  tell("pin 9 when CPU 2 is a cell's", pin_read(9));
  tell("pin 12 when neither is in it", pin_read(12));
  tell("pin 3 when it is a cell's", pin_read(3));
  pin_write(3, 0x20, 0);
  tell("pin 3 after a write", pin_read(3));
  pin_write(2, 0x20, 1);
  tell("pin 2 to a cell's CPU", pin_read(2));
  pin_write(2, 0x820, 0xf);
  tell("pin 2 to a set with a cell's CPUs", pin_read(2));
  pin_write(2, 0x20, 0);
  tell("timer's interrupts come still", came() != 0);
  pin_write(2, 0x10020, 0);
  came();
}

/* CPUs 1 and 2 are cells' now. */
static void to_others(void) {
  for (u32 to = 1; to <= 2; to++)
    for (u32 mode = 0; mode < 7; mode++) command(mode << 8 | 0x4020, to);
  for (u32 mode = 0; mode < 7; mode++) command(mode << 8 | 0x4820, 6);
  command(0x4020, 0xff);
  tell("interrupts of root: to cells' CPUs, to all that are there", came());
}

/* What the oracle compares, done and refused, beside what attacks bring about: restarts, a cell that refuses, one that is silent. */
static void every_transition(void) {
  ask_for_too_much();
  for (int i = 0; i < 3; i++) {
    start_attacker(99, 0);
    must("restart", hypercall(2, attacker, 0));
    must("loadable again", hypercall(3, attacker, 0));
    must("start again", hypercall(2, attacker, 0));
    must("destroy attacker", hypercall(4, attacker, 0));
  }
  ask_cells();
}

#ifdef REPLAY
#include "replay.h"
#else
static void script(void) {
  if (is_xapic) {
    out8(0x21, 0xff);
    out8(0xa1, 0xff);
    take_interrupts();
    by_page();
    chip();
    start_pair();
    chip_with_cells();
    to_others();
    attacks();
    every_transition();
    must("destroy second", hypercall(4, second, 0));
    bring_back(2);
    must("destroy first", hypercall(4, first, 0));
    tell("pin 3 when it is root's again", pin_read(3) >> 16 & 1);
    bring_back(1);
    bring_back(3);
    run_many();
    leave_and_come_again();
    must("create under the second hypervisor", create(config_first, first));
    must("destroy it", hypercall(4, first, 0));
    bring_back(1);
    let_misbehave(3);
    let_misbehave(2);
    let_misbehave(1);
    tell("root goes on, cells", hypercall(5, 4, 0));
    return;
  }
  as_guest();
  look_at_ports();
  start_pair();
  ask_for_too_much();
  create_corrupt();
  create_worst();
  attacks();
  ask_cells();
  read_log();
  /* Exceptions without end keep nobody from stopping the cell. */
  start_attacker(18, 1);
  wait(50000);
  tell("destroy of a cell that raises exceptions without end", hypercall(4, attacker, 0));
  again_and_again();
  wait(200000);
  start_listener();
  must("destroy second", hypercall(4, second, 0));
  end_listener();
  bring_back(3);
  bring_back(2);
  tell("leaving while a cell lives", hypercall(0, 0, 0));
  must("destroy first", hypercall(4, first, 0));
  bring_back(1);
  run_many();
  tell("pages used at the end", hypercall(5, 1, 0));
  tell("root goes on, cells", hypercall(5, 4, 0));
  tell("leaving while a CPU does not", hypercall(0, 0, 0));
  leave_and_come_again();
  /* Under the second one root misbehaves. */
  must("create first again", create(config_first, first));
  let_misbehave(3);
  let_misbehave(2);
  must("destroy first again", hypercall(4, first, 0));
  bring_back(1);
  let_misbehave(1);
  tell("leaving while CPUs have failed", hypercall(0, 0, 0));
  tell("root goes on to the end, cells", hypercall(5, 4, 0));
}
#endif

long enter(u32 cpu) {
  int (*entry)(u32) = (int (*)(u32))(IMAGE + *(u64 *)(IMAGE + 24));
  return entry(cpu);
}

/* What CPUs other than the first do: they wait to be given away, and do as they are told when they are back. */
static void work_on(u32 cpu) {
  for (;;) {
    if (__atomic_load_n(&turn, __ATOMIC_SEQ_CST) == cpu) misbehave(cpu);
    u32 now = __atomic_load_n(&work, __ATOMIC_SEQ_CST);
    static u32 done[CPUS];
    if (now == done[cpu]) {
      __asm__ volatile("pause");
      continue;
    }
    done[cpu] = now;
    if (now == leaving) leave_with_others(cpu);
    if (now == entering) enter_with_others(cpu);
  }
}

void root_main(u32 cpu) {
  descriptors(cpu);
  if (__atomic_load_n(&back, __ATOMIC_SEQ_CST)) {
    __atomic_store_n(&back, 2, __ATOMIC_SEQ_CST);
    work_on(cpu);
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
    keep_image();
    *(u32 *)(IMAGE + 48) = CPUS;
    *(u32 *)(IMAGE + 52) = CPUS;
    __atomic_store_n(&go, 1, __ATOMIC_SEQ_CST);
  }
  while (!__atomic_load_n(&go, __ATOMIC_SEQ_CST)) __asm__ volatile("pause");
  if (!is_xapic) __asm__ volatile("rdmsr; or $0xc00, %%eax; wrmsr" : : "c"(0x1b) : "eax", "edx");
  u64 began = ticks();
  results[cpu] = enter(cpu);
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
  if (is_xapic) take_interrupts();
  work_on(cpu);
}
