/* SPDX-License-Identifier: Apache-2.0 */
/* The bare-metal root's first steps, on each of its CPUs: into 64-bit code. */
  .code32
  .section .start, "ax"
  .globl start
start:
  lgdt pointer
  ljmp $0x10, $common       /* 32-bit code of our own table */
common:
  mov $0x20, %ax
  mov %ax, %ds
  mov %ax, %es
  mov %ax, %ss
  mov %cr4, %eax
  or $0x20, %eax            /* PAE */
  mov %eax, %cr4
  mov $tables, %eax
  mov %eax, %cr3
  mov $0xc0000080, %ecx
  rdmsr
  or $0x100, %eax           /* LME */
  wrmsr
  mov %cr0, %eax
  or $0x80010001, %eax
  mov %eax, %cr0
  ljmp $0x08, $long_mode
  .code64
long_mode:
  mov $1, %edi
  lock xadd %edi, arrived
  test %edi, %edi
  jnz 2f
  mov $bss, %edi
  mov $bss_end, %ecx
  sub %edi, %ecx
  xor %eax, %eax
  rep stosb
  xor %edi, %edi
2:
  mov %edi, %eax
  shl $14, %rax
  lea stacks(%rax), %rsp
  add $0x4000, %rsp
  call root_main
1:
  cli
  hlt
  jmp 1b

  /* What an AP runs first, copied to 0x8000. */
  .code16
  .globl trampoline, trampoline_end
trampoline:
  cli
  xor %ax, %ax
  mov %ax, %ds
  lgdtl 0x8000 + ap_pointer - trampoline
  mov %cr0, %eax
  or $1, %eax
  mov %eax, %cr0
  ljmpl $0x10, $common
ap_pointer:
  .word 0x27
  .long gdt
trampoline_end:

  .code64
#include "../inmates/faults.h"

  /* Reads the local APIC's version by an instruction of 3 bytes, of which 2 are on the next page. */
  .balign 4096
  .skip 4090
  .globl read_version_across_pages
read_version_across_pages:
  movl $0xfee00000, %edx
  movl 0x30(%rdx), %eax
  ret

  .data
  .balign 8
gdt:
  .globl gdt
  .quad 0
  .quad 0x00af9b000000ffff  /* 0x08: 64-bit code */
  .quad 0x00cf9b000000ffff  /* 0x10: 32-bit code */
  .quad 0x00cf93000000ffff  /* 0x18 */
  .quad 0x00cf93000000ffff  /* 0x20: data */
pointer:
  .word 0x27
  .long gdt
  .balign 4
  .globl arrived
arrived:
  .long 0
  /* Identity for 4 GiB, and the hypervisor's memory at 0xfffffffff0000000. */
  .balign 4096
  .globl tables
tables:
  .quad pointers + 3
  .fill 510, 8, 0
  .quad high + 3
pointers:
  .quad low + 3, low + 0x1003, low + 0x2003, low + 0x3003
  .fill 508, 8, 0
high:
  .fill 511, 8, 0
  .quad image + 3
image:
  .fill 384, 8, 0
  .set page, 0
  .rept 128
  .quad 0x3a000083 + page * 0x200000
  .set page, page + 1
  .endr
low:
  .set page, 0
  .rept 2048
  .quad page * 0x200000 + 0x83
  .set page, page + 1
  .endr
  .bss
  .balign 4096
stacks:
  .space 4 * 0x4000
