/* SPDX-License-Identifier: GPL-2.0-only */
/* The way into the image and out of it. What runs here runs under Linux' page tables first and under ours then, at the
 * same address in both; interrupts are off, and Linux' interrupt descriptors are valid in both. While the image is called,
 * CR4.CET is off: the image has no ENDBR where Linux would want one. */
#include <linux/linkage.h>
#include <asm/nospec-branch.h>

/* Linux' own way to return, since there is one. */
#ifndef RET
#define RET ret; int3
#endif

#define CR4_CET_BIT 23

	.text
	/* r12: Linux' CR3; r13: Linux' CR4. */
.macro begin
	push %rbp
	push %rbx
	push %r12
	push %r13
	mov %cr3, %r12
	mov %cr4, %r13
	mov %r13, %rax
	btr $CR4_CET_BIT, %rax
	jnc 1f
	mov %rax, %cr4
1:
	mov %rdi, %cr3
.endm
.macro finish
	mov %r12, %cr3
	bt $CR4_CET_BIT, %r13
	jnc 1f
	mov %r13, %cr4
1:
	pop %r13
	pop %r12
	pop %rbx
	pop %rbp
	RET
.endm

	/* long switch_enter(tables, entry, cpu) */
SYM_FUNC_START(switch_enter)
	begin
	mov %edx, %edi
	/* The image returns here, or root begins as a guest here. */
	ANNOTATE_RETPOLINE_SAFE
	call *%rsi
	finish
SYM_FUNC_END(switch_enter)

	/* long switch_leave(tables): hypercall 0. Where it succeeds, there is no hypervisor behind it. */
SYM_FUNC_START(switch_leave)
	begin
	xor %eax, %eax
	xor %edi, %edi
	xor %esi, %esi
	vmcall
	finish
SYM_FUNC_END(switch_leave)

	.section .note.GNU-stack, "", @progbits
