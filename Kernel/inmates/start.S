/* SPDX-License-Identifier: Apache-2.0 */
/* An inmate's first steps: from real mode at guest-physical 0 into 64-bit code, with its first 4 GiB mapped as they are. */
  .set CPUS_OF_CELL, 0x100042   /* in the communication page: how many there are */
  .code16
  .section .start, "ax"
  .globl start
start:
  jmp 1f
  .balign 16
  .globl arguments
arguments:                  /* at 0x10: whoever loads the image writes them */
  .quad 0, 0, 0, 0
1:
  cli
  lgdtl %cs:pointer
  mov $0x11, %eax           /* PE, ET; caches on */
  mov %eax, %cr0
  ljmpl $0x10, $2f
  .code32
2:
  mov $0x18, %eax
  mov %eax, %ds
  mov %eax, %es
  mov %eax, %ss
  mov $0x1b, %ecx           /* in xAPIC mode: its page, without paging */
  rdmsr
  test $0x400, %eax
  jnz 5f
  mov 0xfee00030, %eax
5:
  mov $0x620, %eax          /* PAE, OSFXSR, OSXMMEXCPT */
  mov %eax, %cr4
  mov $tables, %eax
  mov %eax, %cr3
  mov $0xc0000080, %ecx
  rdmsr
  or $0x100, %eax           /* LME */
  wrmsr
  mov $0x80000011, %eax
  mov %eax, %cr0
  ljmpl $0x08, $3f
  .code64
3:
  mov next_stack, %rsp      /* of a CPU that another one has started at page 0 */
  test %rsp, %rsp
  jnz 6f
  mov $1, %eax              /* all CPUs of a cell begin here at once: one goes on, the others wait for INIT */
  lock xadd %eax, starts
  xor %edx, %edx
  movzwl CPUS_OF_CELL, %ecx
  div %ecx
  test %edx, %edx
  jnz 4f
  mov $stack_end, %rsp
  call inmate_main
4:
  hlt
  jmp 4b
6:
  call inmate_other
  jmp 4b

#include "faults.h"

  .data
  .balign 8
  .globl next_stack
next_stack:
  .quad 0
starts:
  .long 0
gdt:
  .quad 0
  .quad 0x00af9b000000ffff  /* 0x08: 64-bit code */
  .quad 0x00cf9b000000ffff  /* 0x10: 32-bit code */
  .quad 0x00cf93000000ffff  /* 0x18: data */
pointer:
  .word 0x1f
  .long gdt
  .balign 4096
tables:
  .quad pointers + 3
  .fill 511, 8, 0
pointers:
  .quad low + 3, low + 0x1003, low + 0x2003, low + 0x3003
  .fill 508, 8, 0
low:
  .set page, 0
  .rept 2048
  .quad page * 0x200000 + 0x83
  .set page, page + 1
  .endr
  .bss
  .balign 16
  .space 0x4000
  .globl stack_end
stack_end:
