/* SPDX-License-Identifier: Apache-2.0 */
/* The image's header, the way in from the loader, the way out of a guest and back, and the host's own exceptions.
   It decides nothing: what it calls is Swift. */
#include "layout.h"
  .code64

  .section .header, "a"
  .globl header
header:
  .ascii "JAILHOUS"
  .quad image_size          /* core_size */
  .quad CPU_SIZE            /* percpu_size */
  .quad entry - IMAGE_BASE  /* entry, offset */
  .quad 0                   /* console_page */
  .ascii "OSTROG"           /* gcov_info_head, which nobody reads: whose image it is, and the version of what it and the loader take from one another (Kernel/loader/abi.h) */
  .short 1
  .globl header_max_cpus
header_max_cpus:
  .long 0                   /* max_cpus */
  .globl header_online_cpus
header_online_cpus:
  .long 0                   /* online_cpus */
  .quad 0                   /* debug_console_base */
  .quad 0                   /* arm_linux_hyp_vectors */
  .quad 0                   /* arm_linux_hyp_abi */

  /* Notes how far the CPU of this block has come. */
  .macro phase number, block
  movb $\number, CPU_PHASE(\block)
  clflush CPU_PHASE(\block)
  .endm
  /* What a call preserves, but for RBX, which is the block. */
  .macro preserved
  mov CPU_RBP(%rbx), %rbp
  mov CPU_R12(%rbx), %r12
  mov CPU_R13(%rbx), %r13
  mov CPU_R14(%rbx), %r14
  mov CPU_R15(%rbx), %r15
  .endm

  .text
  /* int entry(unsigned cpu): interrupts are off, hypervisor memory is mapped at IMAGE_BASE. Returns 0 as a guest, or -errno. */
  .globl entry
entry:
  mov %edi, %eax
  shl $16, %rax             /* times CPU_SIZE */
  mov image_size_word(%rip), %rcx
  add %rcx, %rax
  mov $IMAGE_BASE, %rcx
  add %rcx, %rax            /* this CPU's block, by the loader's tables */
  mov %edi, %edi
  mov %rdi, CPU_ID(%rax)
  mov %rbx, CPU_RBX(%rax)
  mov %rbp, CPU_RBP(%rax)
  mov %r12, CPU_R12(%rax)
  mov %r13, CPU_R13(%rax)
  mov %r14, CPU_R14(%rax)
  mov %r15, CPU_R15(%rax)
  mov (%rsp), %rcx
  mov %rcx, CPU_RIP(%rax)
  lea 8(%rsp), %rcx
  mov %rcx, CPU_RSP(%rax)
  pushfq
  pop %rcx
  mov %rcx, CPU_RFLAGS(%rax)
  mov %cr3, %rcx
  mov %rcx, CPU_CR3(%rax)
  phase PHASE_CALLED, %rax
  mov %rax, %rbx
  lea CPU_SIZE(%rax), %rsp
  /* On the loader's page tables: gathers what root is, makes page tables of its own. */
  mov %rax, %rsi
  call ostrog_gather        /* (cpu, block): CR3, or -errno */
  test %rax, %rax
  js 1f
  mov %rax, %cr3
  mov $CPU_BASE, %rbx
  lea CPU_SIZE(%rbx), %rsp
  phase PHASE_MAPPED, %rbx
  call ostrog_take          /* descriptor tables of its own: the CPUs meet, and an NMI may come meanwhile */
  call ostrog_join          /* (): 0, or -errno; all CPUs together */
  test %rax, %rax
  js 2f
  phase PHASE_AGREED, %rbx
  call ostrog_enter         /* from here on there is no way back */
  phase PHASE_ENTERS, %rbx
  preserved
  mov CPU_RBX(%rbx), %rbx
  xor %eax, %eax
  xor %ecx, %ecx
  xor %edx, %edx
  xor %esi, %esi
  xor %edi, %edi
  xor %r8d, %r8d
  xor %r9d, %r9d
  xor %r10d, %r10d
  xor %r11d, %r11d
  vmlaunch
  call ostrog_unlaunched
2:
  phase PHASE_REFUSED, %rbx
  mov %rax, %rdi
  call ostrog_back          /* (errno): to the loader, as it was; it does not return */
1: /* Back to the loader on its own page tables; rbx is the block in the tables in force, rax the errno. */
  mov %rax, %r12
  mov %rbx, %rdi
  call ostrog_undo
  mov %r12, %rax
  mov CPU_RSP(%rbx), %rcx
  mov CPU_RIP(%rbx), %rdx
  preserved
  mov CPU_CR3(%rbx), %rsi
  mov CPU_RBX(%rbx), %rbx
  mov %rsi, %cr3
  mov %rcx, %rsp
  jmp *%rdx
image_size_word:
  .quad image_size

  /* A guest left. RSP is the end of this CPU's stack; registers lie below it in the order of GuestRegister, 8 bytes above RSP. What happens
     often needs none of those that Swift preserves; the others of them are stored where it was not that. */
  .macro restore_frequent
  mov 8(%rsp), %rax
  mov 16(%rsp), %rcx
  mov 24(%rsp), %rdx
  mov 32(%rsp), %rbx
  mov 48(%rsp), %rsi
  mov 56(%rsp), %rdi
  mov 64(%rsp), %r8
  mov 72(%rsp), %r9
  mov 80(%rsp), %r10
  mov 88(%rsp), %r11
  .endm
  /* Back to the guest. What lies in buffers of the processor is not its own to see (MDS): VERW clears them where CPUID tells of MD_CLEAR, and does nothing elsewhere. */
  .macro resume
  verw writable_selector(%rip)
  vmresume                  /* RSP comes from the VMCS at the next exit */
  .endm
writable_selector:
  .word 0x20                /* HostSegments.data */
  .globl exit_stub
  .balign 16
exit_stub:
  sub $128, %rsp
  mov %rax, 8(%rsp)
  mov %rcx, 16(%rsp)
  mov %rdx, 24(%rsp)
  mov %rbx, 32(%rsp)
  mov %rsi, 48(%rsp)
  mov %rdi, 56(%rsp)
  mov %r8, 64(%rsp)
  mov %r9, 72(%rsp)
  mov %r10, 80(%rsp)
  mov %r11, 88(%rsp)
  call ostrog_frequent
  cmp $1, %eax
  jne 2f
  restore_frequent
  resume
  jmp 3f
2:
  mov %rbp, 40(%rsp)
  mov %r12, 96(%rsp)
  mov %r13, 104(%rsp)
  mov %r14, 112(%rsp)
  mov %r15, 120(%rsp)
  mov %eax, %edi
  call ostrog_exit
  restore_frequent
  mov 40(%rsp), %rbp
  mov 96(%rsp), %r12
  mov 104(%rsp), %r13
  mov 112(%rsp), %r14
  mov 120(%rsp), %r15
  resume
3:
  mov $CPU_BASE + CPU_SIZE - 128, %rsp
  call ostrog_unlaunched

  /* void leave_stub(word block): VMX is off; root goes on where its hypercall returns. `block` is this CPU's block by root's tables. */
  .macro load_msr number, offset
  mov $\number, %ecx
  mov \offset(%rbx), %eax
  mov \offset + 4(%rbx), %edx
  wrmsr
  .endm
  .globl leave_stub
leave_stub:
  mov %rdi, %rbx
  mov $CPU_BASE, %rsi
  mov LEAVE_TABLES(%rsi), %rax
  mov %rax, %cr3            /* root's tables from here on */
  lea CPU_SIZE(%rbx), %rsp
  load_msr 0xc0000080, LEAVE_EFER
  mov LEAVE_CR4(%rbx), %rax
  mov %rax, %cr4
  mov LEAVE_CR3(%rbx), %rax
  mov %rax, %cr3
  mov %cr0, %rax
  and $~0x10000, %rax       /* the descriptor of the task may be write-protected */
  mov %rax, %cr0
  lgdt LEAVE_GDT(%rbx)
  mov LEAVE_ES(%rbx), %eax
  mov %eax, %es
  mov LEAVE_SS(%rbx), %eax
  mov %eax, %ss
  mov LEAVE_DS(%rbx), %eax
  mov %eax, %ds
  mov LEAVE_FS(%rbx), %eax
  mov %eax, %fs
  mov LEAVE_GS(%rbx), %eax
  mov %eax, %gs
  mov LEAVE_LDTR(%rbx), %eax
  lldt %ax
  mov LEAVE_TR(%rbx), %eax
  mov LEAVE_GDT + 2(%rbx), %rcx
  andl $~0x200, 4(%rcx,%rax) /* not busy: LTR insists */
  ltr %ax
  lidt LEAVE_IDT(%rbx)
  load_msr 0xc0000100, LEAVE_FS_BASE
  load_msr 0xc0000101, LEAVE_GS_BASE
  mov LEAVE_CR0(%rbx), %rax
  mov %rax, %cr0
  pushq LEAVE_SS(%rbx)
  pushq LEAVE_RSP(%rbx)
  pushq LEAVE_RFLAGS(%rbx)
  pushq LEAVE_CS(%rbx)
  pushq LEAVE_RIP(%rbx)
  mov LEAVE_REGISTERS(%rbx), %rax
  mov LEAVE_REGISTERS + 8(%rbx), %rcx
  mov LEAVE_REGISTERS + 16(%rbx), %rdx
  mov LEAVE_REGISTERS + 32(%rbx), %rbp
  mov LEAVE_REGISTERS + 40(%rbx), %rsi
  mov LEAVE_REGISTERS + 48(%rbx), %rdi
  mov LEAVE_REGISTERS + 56(%rbx), %r8
  mov LEAVE_REGISTERS + 64(%rbx), %r9
  mov LEAVE_REGISTERS + 72(%rbx), %r10
  mov LEAVE_REGISTERS + 80(%rbx), %r11
  mov LEAVE_REGISTERS + 88(%rbx), %r12
  mov LEAVE_REGISTERS + 96(%rbx), %r13
  mov LEAVE_REGISTERS + 104(%rbx), %r14
  mov LEAVE_REGISTERS + 112(%rbx), %r15
  cmpb $PHASE_REFUSED, CPU_PHASE(%rbx)
  je 1f                     /* it has never been in */
  phase PHASE_LEFT, %rbx
1:
  mov LEAVE_REGISTERS + 24(%rbx), %rbx
  iretq

  /* An interrupt that was pending when this CPU changed hands: it is taken, and dropped. */
  .globl drop_stub
  .balign 16
drop_stub:
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
  call ostrog_drop
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

  /* The host's exceptions: none is meant to happen. An NMI is somebody's kick, which is noted. */
  .balign 16
  .globl trap_table
trap_table:
  .set n, 0
  .rept 32
  .if n == 2
  .balign 16
  jmp kicked
  .else
  /* Vectors without an error code get 0. push n, as bytes: 0x6a n. */
  .balign 16
  .if !((n == 8) || ((n >= 10) && (n <= 14)) || (n == 17) || (n == 21))
  push $0
  .endif
  .byte 0x6a, n
  jmp trap_common
  .endif
  .set n, n + 1
  .endr
kicked:
  push %rax
  mov $CPU_BASE + CPU_KICKED, %rax
  movq $1, (%rax)
  pop %rax
  iretq
trap_common:
  mov (%rsp), %rdi
  mov 8(%rsp), %rsi
  mov 16(%rsp), %rdx
  and $-16, %rsp
  call ostrog_trap
3:
  cli
  hlt
  jmp 3b

  .globl memset
memset:
  mov %rdi, %r8
  movzbl %sil, %eax
  mov $0x0101010101010101, %rcx
  imul %rcx, %rax
  mov %rdx, %rcx
  shr $3, %rcx
  rep stosq
  mov %rdx, %rcx
  and $7, %ecx
  rep stosb
  mov %r8, %rax
  ret
  .globl memcpy
memcpy:
  mov %rdi, %rax
  mov %rdx, %rcx
  shr $3, %rcx
  rep movsq
  mov %rdx, %rcx
  and $7, %ecx
  rep movsb
  ret
  .globl memmove
memmove:
  cmp %rsi, %rdi
  jbe memcpy
  mov %rdi, %rax
  mov %rdx, %rcx
  std
  lea -1(%rdi,%rcx), %rdi
  lea -1(%rsi,%rcx), %rsi
  rep movsb
  cld
  ret
