// SPDX-License-Identifier: GPL-2.0-only
// /sys/devices/jailhouse: what is read there is asked of the hypervisor at that moment. Nothing here takes the lock: whoever removes a directory waits for
// its readers, with the lock held.

#include <linux/slab.h>
#include <linux/sysfs.h>
#include <asm/smp.h>
#include <asm/tsc.h>

#include "ostrog.h"

/* A directory: of a cell, of its statistics, of one CPU's. */
struct node {
	struct kobject kobj;
	int id, cpu;
	char name[NAME_BYTES];
	cpumask_t cpus;
	struct node *statistics;
	/* Of a cell's statistics: by CPU. */
	struct node **each;
};

static struct kobject *cells;

static struct node *of(struct kobject *kobj)
{
	return container_of(kobj, struct node, kobj);
}

static void release(struct kobject *kobj)
{
	kfree(of(kobj)->each);
	kfree(of(kobj));
}

#define SHOW(name) static ssize_t name##_show(struct kobject *kobj, struct kobj_attribute *attr, char *to)
#define READ_ONLY(name) static struct kobj_attribute name##_attribute = __ATTR_RO(name)
#define SHOWS(name, ...) SHOW(name) { return sysfs_emit(to, __VA_ARGS__); } READ_ONLY(name)

SHOWS(name, "%s\n", of(kobj)->name);
SHOWS(cpus_assigned, "%*pb\n", cpumask_pr_args(&of(kobj)->cpus));
SHOWS(cpus_assigned_list, "%*pbl\n", cpumask_pr_args(&of(kobj)->cpus));

SHOW(state)
{
	static const char * const states[] = { "running", "running/locked", "shut down", "failed", "Comm ABI mismatch" };
	long state = hypercall(CALL_STATE, of(kobj)->id, 0);

	return sysfs_emit(to, "%s\n", state < 0 || state >= ARRAY_SIZE(states) ? "invalid" : states[state]);
}
READ_ONLY(state);

static ssize_t show_failed(const struct node *node, const char *format, char *to)
{
	cpumask_t failed = CPU_MASK_NONE;
	unsigned int cpu;

	for_each_cpu(cpu, &node->cpus)
		if (hypercall(CALL_CPU, cpu, 0) == 2)
			cpumask_set_cpu(cpu, &failed);
	return sysfs_emit(to, format, cpumask_pr_args(&failed));
}

SHOW(cpus_failed) { return show_failed(of(kobj), "%*pb\n", to); } READ_ONLY(cpus_failed);
SHOW(cpus_failed_list) { return show_failed(of(kobj), "%*pbl\n", to); } READ_ONLY(cpus_failed_list);

/* The CPUs' local APICs, in their order: a cell that has not started yet cannot ask. */
SHOW(apic_ids)
{
	unsigned int cpu;
	int bytes = 0;

	for_each_cpu(cpu, &of(kobj)->cpus)
		bytes += sysfs_emit_at(to, bytes, "%s%u", bytes ? " " : "", (unsigned int)per_cpu(x86_cpu_to_apicid, cpu));
	return bytes + sysfs_emit_at(to, bytes, "\n");
}
READ_ONLY(apic_ids);

static struct attribute *cell_attrs[] = {
	&name_attribute.attr, &apic_ids_attribute.attr, &state_attribute.attr, &cpus_assigned_attribute.attr, &cpus_assigned_list_attribute.attr,
	&cpus_failed_attribute.attr, &cpus_failed_list_attribute.attr, NULL
};
ATTRIBUTE_GROUPS(cell);

struct counter {
	struct kobj_attribute attribute;
	unsigned int number;
};

static ssize_t counter_show(struct kobject *kobj, struct kobj_attribute *attribute, char *to)
{
	const struct node *node = of(kobj);
	unsigned int number = container_of(attribute, struct counter, attribute)->number, cpu;
	u64 sum = 0;

	for_each_cpu(cpu, &node->cpus) {
		long count = hypercall(CALL_CPU, cpu, 1000 + number);

		/* A CPU that has just gone elsewhere. */
		if (count > 0)
			sum += count;
	}
	return sysfs_emit(to, "%llu\n", sum);
}

/* As the hypervisor numbers them. */
#define COUNTERS(each) \
	each(total) each(mmio) each(management) each(hypercall) each(pio) each(xapic) \
	each(cr) each(cpuid) each(xsetbv) each(exception) each(msr_other) each(msr_x2apic_icr)
#define NUMBER(what) number_##what,
#define COUNTER(what) \
	static struct counter what##_counter = { __ATTR(vmexits_##what, 0444, counter_show, NULL), number_##what };
#define AT(what) &what##_counter.attribute.attr,
enum { COUNTERS(NUMBER) };
COUNTERS(COUNTER)
static struct attribute *counter_attrs[] = { COUNTERS(AT) NULL };
ATTRIBUTE_GROUPS(counter);

#define TYPE(what) \
	static struct kobj_type what##_type = { .release = release, .sysfs_ops = &kobj_sysfs_ops, .default_groups = what##_groups }
TYPE(cell);
TYPE(counter);

static struct node *add(struct kobj_type *type, struct kobject *parent, const char *format, int number)
{
	struct node *node = kzalloc(sizeof(*node), GFP_KERNEL);

	if (!node)
		return NULL;
	if (kobject_init_and_add(&node->kobj, type, parent, format, number)) {
		kobject_put(&node->kobj);
		return NULL;
	}
	return node;
}

static void drop(struct node *node)
{
	if (!node)
		return;
	kobject_del(&node->kobj);
	kobject_put(&node->kobj);
}

static void add_cpu_node(struct node *cell, unsigned int cpu)
{
	struct node *node = add(&counter_type, &cell->statistics->kobj, "cpu%d", cpu);

	/* For want of memory there is no directory, and no more than that. */
	if (node)
		cpumask_set_cpu(cpu, &node->cpus);
	cell->statistics->each[cpu] = node;
	cpumask_set_cpu(cpu, &cell->cpus);
	cpumask_set_cpu(cpu, &cell->statistics->cpus);
}

static void remove_cpu_node(struct node *cell, unsigned int cpu)
{
	drop(cell->statistics->each[cpu]);
	cell->statistics->each[cpu] = NULL;
	cpumask_clear_cpu(cpu, &cell->cpus);
	cpumask_clear_cpu(cpu, &cell->statistics->cpus);
}

struct node *node_add(const struct cell *cell)
{
	struct node *node = add(&cell_type, cells, "%d", cell->id);
	unsigned int cpu;

	if (!node)
		return NULL;
	node->id = cell->id;
	memcpy(node->name, cell->name, NAME_BYTES);
	node->statistics = add(&counter_type, &node->kobj, "statistics", 0);
	if (node->statistics)
		node->statistics->each = kcalloc(nr_cpu_ids, sizeof(struct node *), GFP_KERNEL);
	if (!node->statistics || !node->statistics->each) {
		drop(node->statistics);
		drop(node);
		return NULL;
	}
	/* A new cell's CPUs come from root: `node_move_cpus`. */
	if (!cell->config)
		for_each_cpu(cpu, &cell->cpus)
			add_cpu_node(node, cpu);
	kobject_uevent(&node->kobj, KOBJ_ADD);
	return node;
}

void node_remove(struct node *node)
{
	unsigned int cpu;

	if (!node)
		return;
	for_each_possible_cpu(cpu)
		drop(node->statistics->each[cpu]);
	drop(node->statistics);
	drop(node);
}

void node_move_cpus(struct node *from, struct node *to, const cpumask_t *cpus)
{
	unsigned int cpu;

	for_each_cpu(cpu, cpus) {
		remove_cpu_node(from, cpu);
		add_cpu_node(to, cpu);
	}
}

#define DEVICE_SHOW(name) static ssize_t name##_show(struct device *device, struct device_attribute *attr, char *to)

#define DEVICE_SHOWS(name, ...) \
	DEVICE_SHOW(name) { return sysfs_emit(to, __VA_ARGS__); } static DEVICE_ATTR_RO(name)
#define INFO(type) max(0L, hypercall(CALL_INFO, type, 0))
DEVICE_SHOWS(enabled, "%d\n", READ_ONCE(ostrog_enabled));
DEVICE_SHOWS(mem_pool_size, "%ld\n", INFO(0));
DEVICE_SHOWS(mem_pool_used, "%ld\n", INFO(1));
DEVICE_SHOWS(remap_pool_size, "%ld\n", INFO(2));
DEVICE_SHOWS(remap_pool_used, "%ld\n", INFO(3));
DEVICE_SHOWS(tsc_khz, "%u\n", tsc_khz);

DEVICE_SHOW(console)
{
	ssize_t bytes;

	if (!READ_ONCE(ostrog_enabled))
		return 0;
	if (!READ_ONCE(ostrog_log_permitted))
		return -EPERM;
	bytes = log_last(to);
	return bytes == -ENODEV ? 0 : bytes;
}
static DEVICE_ATTR_RO(console);

static struct attribute *device_attributes[] = {
	&dev_attr_tsc_khz.attr,
	&dev_attr_enabled.attr, &dev_attr_console.attr, &dev_attr_mem_pool_size.attr, &dev_attr_mem_pool_used.attr,
	&dev_attr_remap_pool_size.attr, &dev_attr_remap_pool_used.attr, NULL
};
static const struct attribute_group device_group = { .attrs = device_attributes };

int nodes_begin(void)
{
	int error = sysfs_create_group(&ostrog_device->kobj, &device_group);

	if (error)
		return error;
	cells = kobject_create_and_add("cells", &ostrog_device->kobj);
	if (!cells) {
		sysfs_remove_group(&ostrog_device->kobj, &device_group);
		return -ENOMEM;
	}
	return 0;
}

void nodes_end(void)
{
	kobject_put(cells);
	sysfs_remove_group(&ostrog_device->kobj, &device_group);
}
