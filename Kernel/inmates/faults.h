/* SPDX-License-Identifier: Apache-2.0 */
/* For the assembler. Exceptions that a program provokes: the vector goes into `fault`, and the program goes on at `resume`. */
  .code64
  .macro stub vector, code
  .globl stub\vector
stub\vector:
  .if \code
  add $8, %rsp
  .endif
  push %rax
  movq $\vector, fault
  mov resume, %rax
  mov %rax, 8(%rsp)
  pop %rax
  iretq
  .endm
  /* #DB: whoever stepped does so no more. */
  .globl stub1
stub1:
  push %rax
  movq $1, fault
  andq $~0x100, 24(%rsp)
  mov resume, %rax
  mov %rax, 8(%rsp)
  pop %rax
  iretq
  stub 6, 0
  stub 13, 1
  stub 14, 1

  .data
  .balign 8
  .globl fault, resume
fault:
  .quad 0
resume:
  .quad 0
  .previous
