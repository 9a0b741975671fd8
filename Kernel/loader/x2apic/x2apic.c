// SPDX-License-Identifier: GPL-2.0-only
// A test's tool: turns the local APICs of a running Linux, which began in xAPIC mode, to x2APIC mode, as a machine with interrupt remapping has them (Bochs has none, and without it
// Linux leaves that mode). First the kernel's own calls of its APIC driver come here, where each looks which mode its CPU is in; then the CPUs are turned, at different moments. The driver
// behind goes on in its belief: it sees identity and set as xAPIC mode has them. For kernels that call the driver by static calls (6.5 and newer); it cannot be removed.

#include <linux/cpu.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/smp.h>
#include <linux/static_call.h>
#include <asm/apic.h>

static bool is_x2(void)
{
	u64 base;

	rdmsrl(MSR_IA32_APICBASE, base);
	return base & X2APIC_ENABLE;
}

static u32 x2_read(u32 reg)
{
	u32 low, high;

	if (!is_x2())
		return native_apic_mem_read(reg);
	if (reg == APIC_DFR)
		return APIC_DFR_FLAT;
	rdmsr(APIC_BASE_MSR + (reg >> 4), low, high);
	return reg == APIC_ID || reg == APIC_LDR ? low << 24 : low;
}

static void x2_write(u32 reg, u32 value)
{
	if (!is_x2())
		native_apic_mem_write(reg, value);
	else if (reg != APIC_ID && reg != APIC_LDR && reg != APIC_DFR)
		wrmsr(APIC_BASE_MSR + (reg >> 4), value, 0);
}

static void x2_eoi(void)
{
	x2_write(APIC_EOI, APIC_EOI_ACK);
}

static u64 x2_icr_read(void)
{
	u64 command;

	if (!is_x2())
		return native_apic_mem_read(APIC_ICR) | (u64)(native_apic_mem_read(APIC_ICR2) >> 24) << 32;
	rdmsrl(APIC_BASE_MSR + (APIC_ICR >> 4), command);
	return command;
}

static void x2_icr_write(u32 low, u32 id)
{
	unsigned long flags;

	local_irq_save(flags);
	if (is_x2()) {
		mb();	/* such a WRMSR waits for no store */
		wrmsrl(APIC_BASE_MSR + (APIC_ICR >> 4), (u64)id << 32 | low);
	} else {
		native_apic_mem_write(APIC_ICR2, id << 24);
		native_apic_mem_write(APIC_ICR, low);
	}
	local_irq_restore(flags);
}

static void x2_wait_icr_idle(void)
{
	while (!is_x2() && native_apic_mem_read(APIC_ICR) & APIC_ICR_BUSY)
		cpu_relax();
}

static void x2_send_IPI(int cpu, int vector)
{
	unsigned long flags;

	local_irq_save(flags);
	x2_wait_icr_idle();
	x2_icr_write(vector == NMI_VECTOR ? APIC_DM_NMI : vector, cpu_physical_id(cpu));
	local_irq_restore(flags);
}

static void send(const struct cpumask *mask, int vector, int except)
{
	unsigned long flags;
	int cpu;

	local_irq_save(flags);
	for_each_cpu(cpu, mask)
		if (cpu != except)
			x2_send_IPI(cpu, vector);
	local_irq_restore(flags);
}

static void x2_send_IPI_mask(const struct cpumask *mask, int vector)
{
	send(mask, vector, -1);
}

static void x2_send_IPI_mask_allbutself(const struct cpumask *mask, int vector)
{
	send(mask, vector, raw_smp_processor_id());
}

static void x2_send_IPI_allbutself(int vector)
{
	send(cpu_online_mask, vector, raw_smp_processor_id());
}

static void x2_send_IPI_all(int vector)
{
	send(cpu_online_mask, vector, -1);
}

static void x2_send_IPI_self(int vector)
{
	x2_send_IPI(raw_smp_processor_id(), vector);
}

#define CALL(name) { "__SCK__apic_call_" #name, "__SCT__apic_call_" #name, x2_##name }
static const struct {
	const char *key, *trampoline;
	void *function;
} calls[] = {
	CALL(read), CALL(write), CALL(eoi), { "__SCK__apic_call_native_eoi", "__SCT__apic_call_native_eoi", x2_eoi },
	CALL(icr_read), CALL(icr_write), CALL(wait_icr_idle), CALL(send_IPI), CALL(send_IPI_mask), CALL(send_IPI_mask_allbutself),
	CALL(send_IPI_allbutself), CALL(send_IPI_all), CALL(send_IPI_self),
};

static void turn(void *unused)
{
	u64 base;

	rdmsrl(MSR_IA32_APICBASE, base);
	wrmsrl(MSR_IA32_APICBASE, base | X2APIC_ENABLE);
}

static int __init x2apic_init(void)
{
	struct kprobe probe = { .symbol_name = "kallsyms_lookup_name" };
	unsigned long (*lookup)(const char *name);
	int error = register_kprobe(&probe), i;

	if (error)
		return error;
	lookup = (void *)probe.addr;
	unregister_kprobe(&probe);
	for (i = 0; i < ARRAY_SIZE(calls); i++)
		if (!lookup(calls[i].key) || !lookup(calls[i].trampoline))
			return -ENOENT;
	for (i = 0; i < ARRAY_SIZE(calls); i++)
		__static_call_update((void *)lookup(calls[i].key), (void *)lookup(calls[i].trampoline), calls[i].function);
	on_each_cpu(turn, NULL, 1);
	pr_info("x2apic: CPUs are in x2APIC mode\n");
	return 0;
}
module_init(x2apic_init);
MODULE_DESCRIPTION("Turns local APICs to x2APIC mode, for a test");
MODULE_LICENSE("GPL");
