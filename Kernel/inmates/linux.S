// SPDX-License-Identifier: Apache-2.0
// The first instructions of a Linux that is a cell. Each CPU begins here in real mode, at guest-physical 0: the one that is to boot goes to the kernel by the
// 32-bit boot protocol (Documentation/arch/x86/boot.rst), the others stand until the kernel sends them INIT and SIPI. `ostrog cell linux` carries these
// bytes (Sources/Management/Linux/BootStub.swift; a test compares them) and fills in the three words.

.code16
.global _start
_start:
	jmp 1f
	.org 4
entry:	.long 0	// of the kernel, its 32-bit entry
zero:	.long 0	// the boot parameters
first:	.long 0	// the local APIC's number of the CPU that boots
1:	cli
	mov $1, %eax
	cpuid
	shr $24, %ebx
	cmp first, %ebx
	jne stand
	lgdtl table
	// Protected mode; caches on.
	mov $0x11, %eax
	mov %eax, %cr0
	ljmpl $0x10, $2f
stand:	hlt
	jmp stand

.code32
2:	mov $0x18, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %fs
	mov %eax, %gs
	mov %eax, %ss
	mov $0x1000, %esp
	mov zero, %esi
	mov entry, %eax
	xor %ebx, %ebx
	xor %ebp, %ebp
	xor %edi, %edi
	jmp *%eax

	.balign 8
descriptors:
	.quad 0, 0
	.quad 0x00cf9b000000ffff	// 0x10: code
	.quad 0x00cf93000000ffff	// 0x18: data
table:	.word table - descriptors - 1
	.long descriptors
