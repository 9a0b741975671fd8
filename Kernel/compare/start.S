/* SPDX-License-Identifier: Apache-2.0 */
/* The comparing program's first steps, from where Kernel/testbed/boot.S jumps to, into 64-bit code; and the way into a guest and back. */
  .code32
  .section .start, "ax"
  .globl start
start:
  lgdt pointer
  mov $0x10, %ax
  mov %ax, %ds
  mov %ax, %es
  mov %ax, %ss
  mov %cr4, %eax
  or $0x2020, %eax          /* VMX, PAE */
  mov %eax, %cr4
  mov $tables, %eax
  mov %eax, %cr3
  mov $0xc0000080, %ecx
  rdmsr
  or $0x100, %eax           /* LME */
  wrmsr
  mov %cr0, %eax
  or $0x80010021, %eax      /* paging, write protection, numeric errors, protection */
  mov %eax, %cr0
  ljmp $0x08, $long_mode
  .code64
long_mode:
  lea stack_end, %rsp
  call compare_main
1:
  cli
  hlt
  jmp 1b

  /* int enter(u64 *registers): VMLAUNCH, with RAX, RCX, RDX, RBX and RDI as given. 0: the processor has left the guest (or has failed to load it,
     which the exit's reason says), and RBX is what it was there. 1, 2: VMLAUNCH failed, without a number and with one. */
  .globl enter, left
enter:
  push %rbx
  push %rbp
  push %r12
  push %r13
  push %r14
  push %r15
  push %rdi
  mov $0x6c14, %eax         /* the host's RSP */
  vmwrite %rsp, %rax
  mov 0(%rdi), %rax
  mov 8(%rdi), %rcx
  mov 16(%rdi), %rdx
  mov 24(%rdi), %rbx
  mov 32(%rdi), %rdi
  vmlaunch
  mov $2, %eax
  jnc 1f
  mov $1, %eax
1:
  pop %rdi
  jmp 2f
left:
  pop %rdi
  mov %rbx, 24(%rdi)
  xor %eax, %eax
2:
  pop %r15
  pop %r14
  pop %r13
  pop %r12
  pop %rbp
  pop %rbx
  ret

  .data
  .balign 8
gdt:
  .quad 0
  .quad 0x00af9b000000ffff  /* 0x08: 64-bit code */
  .quad 0x00cf93000000ffff  /* 0x10: data */
pointer:
  .word 0x17
  .long gdt
  /* Identity for 1 GiB. */
  .balign 4096
  .globl tables
tables:
  .quad pointers + 3
  .fill 511, 8, 0
pointers:
  .quad 0x83
  .fill 511, 8, 0
  .bss
  .balign 16
  .space 0x4000
stack_end:
