/* SPDX-License-Identifier: Apache-2.0 */
/* Boot sector: from the BIOS to 32-bit code at 4 MiB, which Bochs has put there. */
  .code16
  .section .boot, "ax"
  .globl boot
boot:
  cli
  xor %ax, %ax
  mov %ax, %ds
  mov %ax, %es
  mov %ax, %ss
  in $0x92, %al
  or $2, %al
  out %al, $0x92            /* A20 */
  lgdtl pointer
  mov %cr0, %eax
  or $1, %eax
  mov %eax, %cr0
  ljmpl $8, $1f
  .code32
1:
  mov $16, %ax
  mov %ax, %ds
  mov %ax, %es
  mov %ax, %ss
  mov $0x400000, %eax
  jmp *%eax
  .balign 8
table:
  .quad 0, 0x00cf9b000000ffff, 0x00cf93000000ffff
pointer:
  .word 23
  .long table
  .org 510
  .word 0xaa55
