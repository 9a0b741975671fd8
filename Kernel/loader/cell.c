// SPDX-License-Identifier: GPL-2.0-only
// Cells: their CPUs are taken from Linux by hot-unplug and given back, their images are copied. Whether a cell may be is the hypervisor's to say.

#include <linux/cpu.h>
#include <linux/io.h>
#include <linux/printk.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "ostrog.h"

LIST_HEAD(ostrog_cells);
struct cell ostrog_root;

int cell_cpus(const struct descriptor *config, cpumask_t *cpus)
{
	const u8 *bits = (const u8 *)(config + 1);
	u64 number;

	cpumask_clear(cpus);
	for (number = 0; number < 8ULL * le32_to_cpu(config->cpu_bytes); number++) {
		if (!(bits[number / 8] >> (number % 8) & 1))
			continue;
		if (number >= nr_cpu_ids)
			return -EINVAL;
		cpumask_set_cpu(number, cpus);
	}
	return cpumask_empty(cpus) ? -EINVAL : 0;
}

struct cell *cell_find(struct cell_request *request)
{
	struct cell *cell;

	request->name[NAME_BYTES - 1] = 0;
	list_for_each_entry(cell, &ostrog_cells, list)
		if (request->id == -1 ? !strcmp(cell->name, request->name) : cell->id == request->id)
			return cell;
	return NULL;
}

/*
 * Linux goes on with memory that the hypervisor is about to take from it: no wall stops that, so it is refused. So is what no CPU can reach, which Linux does not map
 * without a warning.
 */
static int check_memory(const struct descriptor *config)
{
	const struct region *region = config_regions(config);
	u32 i;

	for (i = 0; i < le32_to_cpu(config->regions); i++, region++) {
		u64 start = le64_to_cpu(region->phys), size = le64_to_cpu(region->size), last = start + size - 1;

		/* Some tools leave regions empty, and all zeros. */
		if (!size || le64_to_cpu(region->flags) & REGION_COMMUNICATION)
			continue;
		if (start <= last && !(last >> boot_cpu_data.x86_phys_bits) &&
		    (le64_to_cpu(region->flags) & REGION_ROOTSHARED || !memory_is_linux(start, size)))
			continue;
		pr_err("ostrog: region %u of cell \"%s\", at %#llx, is Linux' own memory, or none; keep it off Linux by memmap=\n",
		       i, config->name, start);
		return -EINVAL;
	}
	return 0;
}

static void give_back(struct cell *cell)
{
	unsigned int cpu;

	cpumask_or(&ostrog_root.cpus, &ostrog_root.cpus, &cell->cpus);
	rcu_expedite_gp();
	for_each_cpu(cpu, &cell->unplugged) {
		int error = add_cpu(cpu);

		if (error)
			pr_err("ostrog: CPU %u does not come back to Linux: %d\n", cpu, error);
	}
	rcu_unexpedite_gp();
	cpumask_clear(&cell->unplugged);
}

static int take(struct cell *cell)
{
	unsigned int cpu;
	int error = 0;

	/* From here on nobody brings one of them online, and who has begun to has done. */
	cpumask_andnot(&ostrog_root.cpus, &ostrog_root.cpus, &cell->cpus);
	cpus_read_lock();
	cpus_read_unlock();
	rcu_expedite_gp();
	for_each_cpu_and(cpu, &cell->cpus, cpu_online_mask) {
		/* Above 0: it is off already. */
		error = min(remove_cpu(cpu), 0);
		if (error) {
			pr_err("ostrog: Linux does not give CPU %u away: %d\n", cpu, error);
			give_back(cell);
			break;
		}
		cpumask_set_cpu(cpu, &cell->unplugged);
	}
	rcu_unexpedite_gp();
	return error;
}

int cell_create(struct descriptor *config, size_t bytes)
{
	struct cell_request named = { .id = -1 }, free = { .id = 0 };
	struct cell *cell;
	u64 began;
	int error;

	config->name[NAME_BYTES - 1] = 0;
	if (le32_to_cpu(config->flags) & CONSOLE_ACTIVE)
		config->flags |= cpu_to_le32(CONSOLE_PERMITTED);
	memcpy(named.name, config->name, NAME_BYTES);
	if (cell_find(&named))
		return -EEXIST;
	cell = kzalloc(sizeof(*cell), GFP_KERNEL);
	if (!cell)
		return -ENOMEM;
	error = cell_cpus(config, &cell->cpus);
	if (error)
		goto out;
	error = -EBUSY;
	if (!cpumask_subset(&cell->cpus, &ostrog_root.cpus))
		goto out;
	error = -EINVAL;
	if (cpumask_test_cpu(0, &cell->cpus)) {
		pr_err("ostrog: CPU 0 cannot be taken from Linux\n");
		goto out;
	}
	error = check_memory(config);
	if (error)
		goto out;
	while (cell_find(&free))
		free.id++;
	cell->id = free.id;
	config->id = cpu_to_le32(cell->id);
	strscpy(cell->name, config->name, NAME_BYTES);
	cell->config = config;
	cell->config_bytes = bytes;
	error = -ENOMEM;
	cell->node = node_add(cell);
	if (!cell->node)
		goto out;
	error = functions_take(cell);
	if (error)
		goto drop_node;
	began = get_cycles();
	error = take(cell);
	if (error)
		goto drop_functions;
	say_ticks("create: Linux has given its CPUs away", began);
	began = get_cycles();
	error = hypercall(CALL_CREATE, virt_to_phys(config), 0);
	say_ticks("create: hypercall", began);
	if (error) {
		pr_err("ostrog: cell \"%s\" is refused: %d; the hypervisor's log says more where it can\n", cell->name, error);
		give_back(cell);
		goto drop_functions;
	}
	node_move_cpus(ostrog_root.node, cell->node, &cell->cpus);
	list_add_tail(&cell->list, &ostrog_cells);
	pr_info("ostrog: cell \"%s\" is created\n", cell->name);
	return 0;
drop_functions:
	functions_give_back(cell);
drop_node:
	node_remove(cell->node);
out:
	kfree(cell);
	return error;
}

int cell_destroy(struct cell *cell)
{
	u64 began = get_cycles();
	int error;

	if (cell == &ostrog_root)
		return -EINVAL;
	error = hypercall(CALL_DESTROY, cell->id, 0);
	if (error)
		return error;
	say_ticks("destroy: hypercall", began);
	list_del(&cell->list);
	node_move_cpus(cell->node, ostrog_root.node, &cell->cpus);
	node_remove(cell->node);
	began = get_cycles();
	give_back(cell);
	say_ticks("destroy: Linux has its CPUs back", began);
	functions_give_back(cell);
	pr_info("ostrog: cell \"%s\" is destroyed\n", cell->name);
	free_pages_exact(cell->config, cell->config_bytes);
	kfree(cell);
	return 0;
}

/* One image: into the first region that has its target, which it must not leave. */
static int load(const struct cell *cell, const struct image_request *image)
{
	const struct region *region = config_regions(cell->config);
	const u64 needed = REGION_WRITE | REGION_LOADABLE;
	u32 i;

	if (!image->size)
		return 0;
	for (i = 0; i < le32_to_cpu(cell->config->regions); i++, region++) {
		u64 start = le64_to_cpu(region->virt), size = le64_to_cpu(region->size), offset = image->target - start;
		void *memory;
		int error = 0;

		if (image->target < start || offset >= size)
			continue;
		/* Memory of Linux' that a cell shares is not for loading. */
		if (image->size > size - offset || (le64_to_cpu(region->flags) & needed) != needed ||
		    memory_is_linux(le64_to_cpu(region->phys) + offset, image->size))
			return -EINVAL;
		memory = memremap(le64_to_cpu(region->phys) + offset, image->size, MEMREMAP_WB);
		if (!memory)
			return -EBUSY;
		if (copy_from_user(memory, u64_to_user_ptr(image->source), image->size))
			error = -EFAULT;
		memunmap(memory);
		return error;
	}
	return -EINVAL;
}

int cell_load(struct cell *cell, const struct image_request __user *images, u32 count)
{
	struct image_request image;
	int error;
	u32 i;

	if (cell == &ostrog_root)
		return -EINVAL;
	error = hypercall(CALL_LOADABLE, cell->id, 0);
	for (i = 0; !error && i < count; i++) {
		if (copy_from_user(&image, images + i, sizeof(image)))
			return -EFAULT;
		error = load(cell, &image);
		if (!error && fatal_signal_pending(current))
			error = -EINTR;
	}
	return error;
}
