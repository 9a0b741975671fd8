// SPDX-License-Identifier: GPL-2.0-only
// All CPUs enter the hypervisor together, and leave it together; the hypercalls between.

#include <linux/cpu.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <asm/asm.h>
#include <asm/cpufeature.h>
#include <asm/msr.h>

#include "ostrog.h"

#define FEATURE_CONTROL 0x3a
#define LOCKED_WITH_VMX 0x5
#define CR4_VMX (1UL << 13)
#define CR4_FRED_BIT 32

struct crossing {
	unsigned long entry;
	atomic_t failure;
	/* CPUs that have yet to come back. */
	atomic_t left;
	bool is_busy;
};

static void look_for_vmx(void *at)
{
	struct crossing *crossing = at;

	if (read_cr4() & CR4_VMX)
		WRITE_ONCE(crossing->is_busy, true);
}

int run_check(void)
{
	struct crossing crossing = { };
	u32 low, high;

	if (rdmsr_safe(FEATURE_CONTROL, &low, &high) || (low & LOCKED_WITH_VMX) != LOCKED_WITH_VMX) {
		pr_err("ostrog: VT-x is turned off in the firmware's setup\n");
		return -ENODEV;
	}
	if (read_cr4() >> CR4_FRED_BIT & 1) {
		pr_err("ostrog: Linux uses FRED, which the hypervisor does not know; boot with fred=off\n");
		return -ENODEV;
	}
	on_each_cpu(look_for_vmx, &crossing, 1);
	if (crossing.is_busy) {
		pr_err("ostrog: VMX is in use: end what uses it and unload kvm_intel, or load kvm with kvm.enable_virt_at_load=0\n");
		return -EBUSY;
	}
	return 0;
}

static void came_back(struct crossing *crossing, long result)
{
	if (result)
		atomic_set(&crossing->failure, result);
	/* The last that this CPU does with what lies on the caller's stack. */
	atomic_dec_return_release(&crossing->left);
}

static void enter(void *at)
{
	struct crossing *crossing = at;

	came_back(crossing, switch_enter(tables_root, crossing->entry, smp_processor_id()));
}

static void leave(void *at)
{
	came_back(at, switch_leave(tables_root));
}

/*
 * Each CPU waits in the image until all have come, with interrupts off: they must be called at once, and none may go away: the caller
 * holds cpus_read_lock. Told to wait, on_each_cpu waits before Linux 5.12 for the others before it calls here: they are counted instead.
 */
static int cross(void (*how)(void *at), struct crossing *crossing)
{
	atomic_set(&crossing->left, num_online_cpus());
	on_each_cpu(how, crossing, 0);
	while (atomic_read_acquire(&crossing->left))
		cpu_relax();
	return atomic_read(&crossing->failure);
}

int run_enter(unsigned long entry)
{
	struct crossing crossing = { .entry = entry };

	return cross(enter, &crossing);
}

int run_leave(void)
{
	struct crossing crossing = { };

	return cross(leave, &crossing);
}

long hypercall(enum hypercall code, unsigned long first, unsigned long second)
{
	long result = code;

	/* Should the hypervisor go away meanwhile, the instruction raises an exception. */
	if (!READ_ONCE(ostrog_enabled))
		return -ENODEV;
	asm volatile("1: vmcall\n"
		     "   jmp 3f\n"
		     "2: mov %[gone], %0\n"
		     "3:\n"
		     _ASM_EXTABLE(1b, 2b)
		     : "+a"(result) : "D"(first), "S"(second), [gone] "i"(-ENODEV) : "memory");
	return result;
}
