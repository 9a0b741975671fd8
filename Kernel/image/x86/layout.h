/* SPDX-License-Identifier: Apache-2.0 */
/* Where things lie, for assembler, linker script and Swift (x86/Layout.swift says the same and checks it). */
#ifndef OSTROG_LAYOUT_H
#define OSTROG_LAYOUT_H

/* Virtual address of the image and of all of the hypervisor's memory behind it. */
#define IMAGE_BASE 0xfffffffff0000000
/* Virtual address of this CPU's block, in this CPU's page tables alone. */
#define CPU_BASE 0xffffffff00000000
/* Bytes of a CPU's block; its stack ends where it ends. */
#define CPU_SIZE 0x10000

/* Bytes from the block's start. */
#define CPU_ID 0x00
#define CPU_RBX 0x08
#define CPU_RBP 0x10
#define CPU_R12 0x18
#define CPU_R13 0x20
#define CPU_R14 0x28
#define CPU_R15 0x30
#define CPU_RSP 0x38
#define CPU_RIP 0x40
#define CPU_RFLAGS 0x48
#define CPU_CR3 0x50
/* How far this CPU has come (docs/log.md): read after a reboot, so it does not stay in a cache. */
#define CPU_PHASE 0x58
#define PHASE_CALLED 1
#define PHASE_MAPPED 2
#define PHASE_AGREED 3
#define PHASE_ENTERS 4
#define PHASE_REFUSED 5
#define PHASE_LEFT 6
#define CPU_KICKED 0xa8
/* What leave_stub puts in force: x86/Leave.swift says the same. */
#define LEAVE 0x400
#define LEAVE_TABLES (LEAVE + 0x00)
#define LEAVE_CR3 (LEAVE + 0x08)
#define LEAVE_CR4 (LEAVE + 0x10)
#define LEAVE_CR0 (LEAVE + 0x18)
#define LEAVE_GDT (LEAVE + 0x20)
#define LEAVE_IDT (LEAVE + 0x30)
#define LEAVE_ES (LEAVE + 0x40)
#define LEAVE_CS (LEAVE + 0x48)
#define LEAVE_SS (LEAVE + 0x50)
#define LEAVE_DS (LEAVE + 0x58)
#define LEAVE_FS (LEAVE + 0x60)
#define LEAVE_GS (LEAVE + 0x68)
#define LEAVE_LDTR (LEAVE + 0x70)
#define LEAVE_TR (LEAVE + 0x78)
#define LEAVE_FS_BASE (LEAVE + 0x80)
#define LEAVE_GS_BASE (LEAVE + 0x88)
#define LEAVE_EFER (LEAVE + 0x90)
#define LEAVE_RSP (LEAVE + 0x98)
#define LEAVE_RIP (LEAVE + 0xa0)
#define LEAVE_RFLAGS (LEAVE + 0xa8)
#define LEAVE_REGISTERS (LEAVE + 0xb0)

#endif
