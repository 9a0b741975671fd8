/* SPDX-License-Identifier: Apache-2.0 */
/* Tries one thing that a cell must not do (argument 1), says so first, and says afterwards what came of it. Argument 2 is an address. What
   ends in the cell's failure never gets to the second line. */
#include "inmate.h"

static void read_it(void) {
  u64 value = *(volatile u64 *)arguments[2];
  print("attacker: READ ");
  hex(value);
  print("\n");
}
static void write_it(void) {
  *(volatile u64 *)arguments[2] = 0x0bad0bad0bad0badUL;
  print("attacker: WROTE\n");
}
static void run_it(void) {
  ((void (*)(void))arguments[2])();
  print("attacker: RAN\n");
}
static void port_in(void) {
  in8(arguments[2]);
  print("attacker: PORT READ\n");
}
static void port_out(void) {
  out8(arguments[2], 0);
  print("attacker: PORT WRITTEN\n");
}
static void string_out(void) {
  __asm__ volatile("rep outsb" : : "S"(arguments), "c"(4UL), "d"(arguments[2]));
  print("attacker: STRING WRITTEN\n");
}

/* Ports that are answered: PCI's address is the cell's own, no function is its own, the PM timer goes on, a delay changes nothing. Then a
   write to a function. */
static void answered_ports(void) {
  u32 al = 0x5a5a, before = in32(0xb008);
  say("attacker: PCI's address in the beginning", in32(0xcf8));
  out32(0xcf8, 0x80000000u | 1 << 11 | 1 << 8);
  say("attacker: PCI's address is what was written", in32(0xcf8) == (0x80000000u | 1 << 11 | 1 << 8));
  say("attacker: a function of root's is", in32(0xcfc));
  __asm__ volatile("outb %%al, $0x80; inb $0x80, %%al" : "+a"(al));
  say("attacker: a delay changes nothing", al == 0x5a5a);
  say("attacker: the PM timer goes on", in32(0xb008) != before);
  out32(0xcfc, 0);
  print("attacker: PORT WRITTEN\n");
}

/* The vector that WRMSR raises. */
static u64 write_probe(u32 number, u32 low, u32 high) {
  return PROBE("movl %1, %%eax; movl %2, %%edx; wrmsr", "c"(number), "r"(low), "r"(high));
}
/* What was written did nothing: it reads as before. */
static int is_ignored(u32 number) {
  if (PROBE("rdmsr", "c"(number))) return 0;
  u64 before = read_msr(number);
  if (write_probe(number, (u32)before ^ 1, before >> 32)) return 0;
  return read_msr(number) == before;
}
static void every_msr(void) {
  /* None may be fatal; those that are written and not refused are counted. (Those of the timer and the vector table are left
     alone.) */
  u64 read = 0, written = 0;
  for (u32 part = 0; part < 2; part++)
    for (u32 n = 0; n < 0x2000; n++) {
      u32 number = (part ? 0xc0000000 : 0) + n;
      if (!PROBE("rdmsr", "c"(number))) read++;
      int is_passed = (number >= 0x174 && number <= 0x176) || number == 0x277 || number == 0x6e0 ||
                      (number >= 0x800 && number < 0x840) || number == 0x48 || number == 0x49 ||
                      (number >= 0xc0000080 && number <= 0xc0000084) ||
                      (number >= 0xc0000100 && number <= 0xc0000103);
      if (is_passed) continue;
      if (!write_probe(number, 0, 0) && !is_ignored(number)) {
        written++;
        print("attacker: WROTE MSR ");
        hex(number);
        print("\n");
      }
    }
  say("attacker: MSRs that can be read", read);
  say("attacker: MSRs beyond the list that can be written", written);
}
static void instructions(void) {
  static u64 memory[512] __attribute__((aligned(4096)));
  say("attacker: VMXON raises", PROBE("vmxon (%0)", "r"(memory)));
  say("attacker: VMPTRLD raises", PROBE("vmptrld (%0)", "r"(memory)));
  say("attacker: VMREAD raises", PROBE("vmread %%rax, (%0)", "r"(memory)));
  say("attacker: VMLAUNCH raises", PROBE("vmlaunch", "r"(memory)));
  say("attacker: INVEPT raises", PROBE("mov $1, %%eax; invept (%0), %%rax", "r"(memory)));
  say("attacker: VMFUNC raises", PROBE("xor %%eax, %%eax; .byte 0x0f, 0x01, 0xd4", "r"(memory)));
  say("attacker: CR4.VMXE raises", PROBE("mov %%cr4, %%rax; or $0x2000, %%rax; mov %%rax, %%cr4", "r"(memory)));
  u64 cr4;
  __asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
  say("attacker: and is read as", cr4 >> 13 & 1);
  say("attacker: VMXON with it raises", PROBE("vmxon (%0)", "r"(memory)));
  say("attacker: CR4.VMXE and TSD at once raise", PROBE("mov %%cr4, %%rax; xor $0x2004, %%rax; mov %%rax, %%cr4", "r"(memory)));
  say("attacker: CR4.VMXE off raises", PROBE("mov %%cr4, %%rax; xor $0x2000, %%rax; mov %%rax, %%cr4", "r"(memory)));
  say("attacker: CR0 with bits that are none raises",
      PROBE("mov %%cr0, %%rax; bts $40, %%rax; btr $5, %%rax; mov %%rax, %%cr0", "r"(memory)));
  say("attacker: CR0 without protection raises", PROBE("mov $0x80000000, %%eax; mov %%rax, %%cr0", "r"(memory)));
  __asm__ volatile("mov %%cr4, %%rax; or $0x40000, %%rax; mov %%rax, %%cr4" : : : "rax");
  say("attacker: XCR0 0 raises", PROBE("xor %%eax, %%eax; xor %%edx, %%edx; xsetbv", "c"(0)));
  say("attacker: XCR0 with all bits raises", PROBE("mov $-1, %%eax; mov $-1, %%edx; xsetbv", "c"(0)));
  say("attacker: XCR0 with AVX alone raises", PROBE("mov $5, %%eax; xor %%edx, %%edx; xsetbv", "c"(0)));
  say("attacker: XCR1 raises", PROBE("mov $1, %%eax; xor %%edx, %%edx; xsetbv", "c"(1)));
  say("attacker: a sound XCR0 raises", PROBE("mov $3, %%eax; xor %%edx, %%edx; xsetbv", "c"(0)));
}
static void hypercalls(void) {
  /* Every number, with hostile arguments. Nothing but what tells is answered. */
  u64 values[] = {0, 1, 2, 0x3a000000, ~0UL, 1UL << 63, 0xfffff000};
  long worst = 0;
  for (u64 code = 0; code < 64; code++) {
    /* It says something on the console, and may. */
    if (code == 8) continue;
    for (int i = 0; i < 7; i++)
      for (int j = 0; j < 7; j++) {
        long result = hypercall(code, values[i], values[j]);
        int is_telling = code == 5 || code == 7;
        if (!is_telling && result >= 0) worst++;
      }
  }
  say("attacker: hypercalls granted", worst);
  say("attacker: create is", hypercall(1, 0x1000, 0));
  say("attacker: destroy of another cell is", hypercall(4, 1, 0));
  say("attacker: a number that there is not is", hypercall(1UL << 32 | 5, 0, 0));
}
static void interrupts(void) {
  /* Of every mode, to each other CPU, to sets of them and to all others. */
  for (u64 target = 0; target < 3; target++)
    for (u64 mode = 0; mode < 8; mode++) command((u32)(mode << 8 | 0x40f0), (u32)target);
  for (u64 mode = 0; mode < 8; mode++) command((u32)(mode << 8 | 0x48f0), 7);
  for (u64 mode = 4; mode < 7; mode++) command((u32)(mode << 8 | 0xc40f0), 0);
  command(0xc40f0, 0);
  command(0x40f0, is_x2apic() ? 0xffffffff : 0xff);
  if (is_x2apic()) {
    say("attacker: an NMI by the vector table raises", write_probe(0x835, 0x400, 0));
    say("attacker: an SMI by the timer raises", write_probe(0x832, 0x220, 0));
  } else {
    apic_write(0x35, 0x400);
    say("attacker: an entry for an NMI is masked", apic_read(0x35) == 0x10000);
    say("attacker: x2APIC's command raises", write_probe(0x830, 0x40f0, 0));
    say("attacker: x2APIC's vector table raises", write_probe(0x835, 0x10000, 0));
  }
  /* An interrupt that stays pending, by a vector that is an exception's: whoever has the CPU next must not meet it. */
  __asm__ volatile("cli");
  apic_write(0x0f, 0x1ff);
  command(0x40011, 0);
  command(0x40015, 0);
  print("attacker: interrupts sent\n");
}
/* The APIC's page, in xAPIC mode: what is no aligned word, no move, or no register that may be read or written. */
static void byte_in(void) {
  u8 value = *(volatile u8 *)arguments[2];
  print("attacker: READ ");
  hex(value);
  print("\n");
}
static void half_out(void) {
  *(volatile u16 *)arguments[2] = 0x20;
  print("attacker: WROTE\n");
}
static void word_in(void) {
  u32 value = *(volatile u32 *)arguments[2];
  print("attacker: READ ");
  hex(value);
  print("\n");
}
static void word_out(void) {
  *(volatile u32 *)arguments[2] = 0x220;
  print("attacker: WROTE\n");
}
static void word_or(void) {
  __asm__ volatile("orl $0x20, (%0)" : : "r"(arguments[2]) : "memory");
  print("attacker: WROTE\n");
}
/* An access by an instruction that its own tables say lies in others' memory. (The processor still knows where it lay.) */
static void from_elsewhere(void) {
  u64 *tables;
  __asm__ volatile("mov %%cr3, %0" : "=r"(tables));
  u64 *low = (u64 *)(((u64 *)(tables[0] & ~0xfffUL))[0] & ~0xfffUL);
  volatile u32 *priority = (u32 *)(APIC_PAGE + 0x80);
  *priority = 0;
  ((volatile u64 *)low)[0] = arguments[2] | 0x83;
  *priority = 0x20;
  print("attacker: WROTE\n");
}
static void triple(void) {
  struct { u16 limit; u64 base; } __attribute__((packed)) nothing = {0, 0};
  __asm__ volatile("lidt %0; int3" : : "m"(nothing));
}
static void invd(void) { __asm__ volatile("invd" : : : "memory"); }
static void read_msr_once(void) {
  if (PROBE("rdmsr", "c"((u32)arguments[2]))) print("attacker: MSR refused\n");
  else print("attacker: READ MSR\n");
}
static void write_msr_once(void) {
  if (write_probe((u32)arguments[2], 0, 0)) print("attacker: MSR refused\n");
  else print("attacker: WROTE MSR\n");
}

/* Exceptions that the hypervisor sees first: a cell's debugger notices nothing. */
static u64 debug_status(void) {
  u64 value;
  __asm__ volatile("mov %%db6, %0; mov %1, %%db6" : "=&r"(value) : "r"(0xffff0ff0UL));
  return value & 0xe00f;
}
static void debug(void) {
  static u64 watched;
  debug_status();
  say("attacker: a single step raises", PROBE("pushfq; orq $0x100, (%%rsp); popfq; nop; nop", "r"(0)));
  say("attacker: of which DR6 says", debug_status());
  say("attacker: INT1 raises", PROBE(".byte 0xf1", "r"(0)));
  __asm__ volatile("mov %0, %%db0; mov %1, %%db7" : : "r"(&watched), "r"(0xd0402UL));
  say("attacker: writing a watched word raises", PROBE("movq $1, %0", "m"(watched)));
  say("attacker: of which DR6 says", debug_status());
  __asm__ volatile("mov %0, %%db7" : : "r"(0x400UL));
  say("attacker: exits for exceptions", hypercall(7, 3, 1009));
  /* Handlers that raise what they handle, for ever: it must be possible to stop the cell all the same. */
  if (!arguments[2]) return;
  extern void endless(void);
  static u64 gates[4];
  set_gate(gates, 1, endless);
  struct table table = {sizeof gates - 1, (u64)gates};
  print("attacker: debug exceptions without end\n");
  __asm__ volatile("lidt %0; .byte 0xf1" : : "m"(table));
}
__asm__("endless: mov $stack_end, %rsp; .byte 0xf1; jmp endless");

/* Not an attack: a cell that is asked whether it may be stopped. Argument 2: it refuses once; never answers; ends without an answer. */
static void listen(void) {
  volatile struct communication *page = COMMUNICATION;
  enum { refuses = 1, silent, ends };
  u64 how = arguments[2], informed = 0, asked = 0;
  print("listener: here\n");
  for (;;) {
    u32 message = page->message;
    if (message == no_message || how == silent) {
      __asm__ volatile("pause");
      continue;
    }
    page->message = no_message;
    __asm__ volatile("mfence" : : : "memory");
    /* What it is told lies beside what it was told in the beginning. */
    say("listener: flags of its console after a message", page->flags);
    if (message == reconfigured) {
      say("listener: informed", ++informed);
      page->reply = received;
      continue;
    }
    say("listener: asked", ++asked);
    if (how == ends) {
      page->state = is_shut_down;
      continue;
    }
    page->reply = how == refuses && asked == 1 ? denied : approved;
  }
}

void on_timer(void) {}
void inmate_main(void) {
  serial_on();
  vectors_on();
  static void (*const attacks[])(void) = {read_it,  write_it,     run_it,     port_in,    port_out, string_out,
                                          every_msr, instructions, hypercalls, interrupts, triple,   invd,
                                          byte_in,   half_out,     word_in,    word_out,   word_or,  from_elsewhere,
                                          debug,     listen,
                                          read_msr_once, write_msr_once, answered_ports};
  print("attacker: attack ");
  hex(arguments[1]);
  print(" on ");
  hex(arguments[2]);
  print("\n");
  if (arguments[1] < sizeof attacks / sizeof *attacks) attacks[arguments[1]]();
  print("attacker: alive\n");
  /* The end, by a port that is not its own: so that root need not wait. */
  out8(0x81, 0);
}
