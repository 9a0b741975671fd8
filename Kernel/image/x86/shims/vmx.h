/* SPDX-License-Identifier: Apache-2.0 */
/* The processor's instructions that Swift has no words for: one each, and no decision. */
#ifndef OSTROG_VMX_H
#define OSTROG_VMX_H

typedef unsigned long word;
#pragma clang assume_nonnull begin
#define SHIM static inline __attribute__((always_inline))

/* What lies at a virtual address. Nothing lies at 0, and what says so would be a mistake of ours: a page fault. */
SHIM void *x86_at(word address) { return (void *)address; }
SHIM word x86_vmread(word field) {
  word value;
  __asm__ volatile("vmread %1, %0" : "=r"(value) : "r"(field) : "cc");
  return value;
}
/* A field that the processor does not have is a mistake of ours: #UD. */
SHIM void x86_vmwrite(word field, word value) {
  __asm__ volatile("vmwrite %1, %0; ja 1f; ud2; 1:" : : "r"(field), "r"(value) : "cc");
}
SHIM int x86_vmxon(const word *physical) {
  unsigned char failed;
  __asm__ volatile("vmxon %1; setna %0" : "=q"(failed) : "m"(*physical) : "cc", "memory");
  return !failed;
}
SHIM int x86_vmclear(const word *physical) {
  unsigned char failed;
  __asm__ volatile("vmclear %1; setna %0" : "=q"(failed) : "m"(*physical) : "cc", "memory");
  return !failed;
}
SHIM int x86_vmptrld(const word *physical) {
  unsigned char failed;
  __asm__ volatile("vmptrld %1; setna %0" : "=q"(failed) : "m"(*physical) : "cc", "memory");
  return !failed;
}
/* Every translation of every EPT, on this CPU. */
SHIM void x86_invept_all(void) {
  struct { word pointer, zero; } descriptor = {0, 0};
  __asm__ volatile("invept %0, %1" : : "m"(descriptor), "r"(2UL) : "cc", "memory");
}
SHIM word x86_rdmsr(unsigned number) {
  unsigned low, high;
  __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(number));
  return (word)high << 32 | low;
}
SHIM void x86_wrmsr(unsigned number, word value) {
  __asm__ volatile("wrmsr" : : "c"(number), "a"((unsigned)value), "d"((unsigned)(value >> 32)) : "memory");
}
SHIM void x86_cpuid(unsigned leaf, unsigned subleaf, unsigned *a, unsigned *b, unsigned *c, unsigned *d) {
  __asm__ volatile("cpuid" : "=a"(*a), "=b"(*b), "=c"(*c), "=d"(*d) : "a"(leaf), "c"(subleaf));
}
SHIM void x86_out8(unsigned short port, unsigned char value) {
  __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}
SHIM unsigned char x86_in8(unsigned short port) {
  unsigned char value;
  __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}
SHIM void x86_out16(unsigned short port, unsigned short value) {
  __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}
SHIM unsigned short x86_in16(unsigned short port) {
  unsigned short value;
  __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}
SHIM void x86_out32(unsigned short port, unsigned value) {
  __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}
SHIM unsigned x86_in32(unsigned short port) {
  unsigned value;
  __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}
#define CONTROL(name) \
  SHIM word x86_read_##name(void) { word v; __asm__ volatile("mov %%" #name ", %0" : "=r"(v)); return v; } \
  SHIM void x86_write_##name(word v) { __asm__ volatile("mov %0, %%" #name : : "r"(v) : "memory"); }
CONTROL(cr0)
CONTROL(cr3)
CONTROL(cr4)
CONTROL(dr7)
#define SEGMENT(name) \
  SHIM unsigned x86_##name(void) { unsigned v; __asm__ volatile("mov %%" #name ", %0" : "=r"(v)); return v & 0xffff; }
SEGMENT(cs)
SEGMENT(ss)
SEGMENT(ds)
SEGMENT(es)
SEGMENT(fs)
SEGMENT(gs)
SHIM unsigned x86_tr(void) { unsigned v; __asm__ volatile("str %0" : "=r"(v)); return v & 0xffff; }
SHIM unsigned x86_ldtr(void) { unsigned v; __asm__ volatile("sldt %0" : "=r"(v)); return v & 0xffff; }
/* Access rights as LAR gives them; 0 where there is no such segment. */
SHIM unsigned x86_lar(unsigned selector) {
  unsigned rights = 0;
  __asm__ volatile("lar %1, %0; jz 1f; xor %0, %0; 1:" : "=&r"(rights) : "r"(selector) : "cc");
  return rights;
}
SHIM unsigned x86_lsl(unsigned selector) {
  unsigned limit = 0;
  __asm__ volatile("lsl %1, %0; jz 1f; xor %0, %0; 1:" : "=&r"(limit) : "r"(selector) : "cc");
  return limit;
}
struct x86_table { unsigned short limit; unsigned short base[4]; } __attribute__((packed));
/* Into 10 bytes at `to`: limit, base. */
SHIM void x86_sgdt(void *to) { __asm__ volatile("sgdt %0" : "=m"(*(struct x86_table *)to)); }
SHIM void x86_sidt(void *to) { __asm__ volatile("sidt %0" : "=m"(*(struct x86_table *)to)); }
SHIM void x86_lgdt(const void *from) { __asm__ volatile("lgdt %0" : : "m"(*(const struct x86_table *)from)); }
SHIM void x86_lidt(const void *from) { __asm__ volatile("lidt %0" : : "m"(*(const struct x86_table *)from)); }
SHIM void x86_ltr(unsigned short selector) { __asm__ volatile("ltr %0" : : "r"(selector)); }
/* Takes the segments of the host's GDT: code 0x08, no data segments. */
SHIM void x86_take_segments(void) {
  __asm__ volatile(
      "pushq $0x08; leaq 1f(%%rip), %%rax; pushq %%rax; lretq; 1:"
      "xor %%eax, %%eax; mov %%eax, %%ds; mov %%eax, %%es; mov %%eax, %%ss; mov %%eax, %%fs; mov %%eax, %%gs"
      : : : "rax", "memory");
}
/* Bits 3:0 of DR6 anew, the others added. */
SHIM void x86_note_breakpoints(word bits) {
  word now;
  __asm__ volatile("mov %%db6, %0" : "=r"(now));
  __asm__ volatile("mov %0, %%db6" : : "r"((now & ~0xfUL) | bits));
}
SHIM void x86_set_dr7(word value) { __asm__ volatile("mov %0, %%db7" : : "r"(value)); }
SHIM void x86_vmxoff(void) { __asm__ volatile("vmxoff" : : : "cc", "memory"); }
SHIM word x86_ticks(void) {
  unsigned low, high;
  __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
  return (word)high << 32 | low;
}
SHIM void x86_halt(void) { for (;;) __asm__ volatile("cli; hlt"); }
SHIM void x86_pause(void) { __asm__ volatile("pause"); }

SHIM void x86_xsetbv(word value) {
  __asm__ volatile("xsetbv" : : "c"(0), "a"((unsigned)value), "d"((unsigned)(value >> 32)));
}
/* From 64-byte-aligned memory, the components of `mask`. */
SHIM void x86_xrstor(const void *from, word mask) {
  __asm__ volatile("xrstor64 (%0)" : : "r"(from), "a"((unsigned)mask), "d"((unsigned)(mask >> 32)) : "memory");
}
SHIM void x86_fxrstor(const void *from) { __asm__ volatile("fxrstor64 (%0)" : : "r"(from) : "memory"); }
SHIM void x86_clear_debug(void) {
  __asm__ volatile(
      "mov %0, %%db0; mov %0, %%db1; mov %0, %%db2; mov %0, %%db3; mov %1, %%db6"
      : : "r"(0UL), "r"(0xffff0ff0UL));
}
/* NMIs come through again after one that has made a guest leave: IRET ends it. */
SHIM void x86_end_nmi(void) {
  __asm__ volatile(
      "movq %%rsp, %%rcx; pushq $0; pushq %%rcx; pushfq; pushq $0x08; leaq 1f(%%rip), %%rax; pushq %%rax; iretq; 1:"
      : : : "rax", "rcx", "memory", "cc");
}
SHIM void x86_clear_cr2(void) { __asm__ volatile("mov %0, %%cr2" : : "r"(0UL)); }
/* Interrupts are taken for a moment. */
SHIM void x86_let_in(void) { __asm__ volatile("sti; nop; nop; cli" : : : "memory"); }

/* Words that CPUs share. */
SHIM word x86_load_word(const word *at) { return __atomic_load_n(at, __ATOMIC_SEQ_CST); }
SHIM void x86_store_word(word *at, word value) { __atomic_store_n(at, value, __ATOMIC_SEQ_CST); }
SHIM word x86_exchange_word(word *at, word value) { return __atomic_exchange_n(at, value, __ATOMIC_SEQ_CST); }
/* Sets the word where it is `before`; whether it was. */
SHIM int x86_compare_exchange_word(word *at, word before, word value) {
  return __atomic_compare_exchange_n(at, &before, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}
/* Memory of a device: one access of 32 bits. */
#define ACCESS(bits, type) \
  SHIM type x86_load##bits(word at) { return *(volatile type *)at; } \
  SHIM void x86_store##bits(word at, type value) { *(volatile type *)at = value; }
ACCESS(8, unsigned char)
ACCESS(16, unsigned short)
ACCESS(64, word)
SHIM unsigned x86_read32(word at) { return *(volatile unsigned *)at; }
SHIM void x86_write32(word at, unsigned value) { *(volatile unsigned *)at = value; }
SHIM unsigned x86_add(unsigned *at, unsigned by) { return __atomic_add_fetch(at, by, __ATOMIC_SEQ_CST); }
SHIM unsigned x86_load(const unsigned *at) { return __atomic_load_n(at, __ATOMIC_SEQ_CST); }
SHIM void x86_store(unsigned *at, unsigned value) { __atomic_store_n(at, value, __ATOMIC_SEQ_CST); }

/* Addresses of the linker's and the assembler's. */
extern void leave_stub(word block) __attribute__((noreturn));
/* The linker's build id. */
extern const unsigned char build_id[];
SHIM word x86_build(void) { return *(const word *)build_id; }
extern char header[], text_end[], rodata_end[], image_end[], exit_stub[], trap_table[], drop_stub[];
extern unsigned header_max_cpus, header_online_cpus;
#define ADDRESS(name) SHIM word x86_at_##name(void) { return (word)name; }
ADDRESS(header)
ADDRESS(text_end)
ADDRESS(rodata_end)
ADDRESS(image_end)
ADDRESS(exit_stub)
ADDRESS(trap_table)
ADDRESS(drop_stub)
SHIM __attribute__((noreturn)) void x86_leave(word block) { leave_stub(block); }
SHIM unsigned x86_max_cpus(void) { return header_max_cpus; }
SHIM unsigned x86_online_cpus(void) { return header_online_cpus; }

#pragma clang assume_nonnull end
#endif
