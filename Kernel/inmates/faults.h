/* SPDX-License-Identifier: Apache-2.0 */
/* For the assembler. Exceptions that a program provokes: the vector goes into `fault`, and the program goes on at `resume`. Interrupts go to
   `on_timer`. */
  .code64
  .macro stub vector, code
  .globl stub\vector
stub\vector:
  .if \code
  add $8, %rsp
  .endif
  push %rax
  movq $\vector, fault
  andq $~0x100, 24(%rsp)    /* whoever stepped does so no more */
  mov resume, %rax
  mov %rax, 8(%rsp)
  pop %rax
  iretq
  .endm
  stub 1, 0
  stub 6, 0
  stub 13, 1
  stub 14, 1

  /* An interrupt: the timer's, or one that a CPU has sent. */
  .globl stub32
stub32:
  push %rax
  push %rcx
  push %rdx
  push %rsi
  push %rdi
  push %r8
  push %r9
  push %r10
  push %r11
  cld
  call on_timer
  pop %r11
  pop %r10
  pop %r9
  pop %r8
  pop %rdi
  pop %rsi
  pop %rdx
  pop %rcx
  pop %rax
  iretq

  .data
  .balign 8
  .globl fault, resume
fault:
  .quad 0
resume:
  .quad 0
  .previous
