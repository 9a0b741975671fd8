// SPDX-License-Identifier: GPL-2.0-only
// Ostrog's loader: /dev/jailhouse. It puts the hypervisor under the running Linux, and cells beside it; what may be is the hypervisor's to decide.

#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/firmware.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/reboot.h>
#include <linux/slab.h>
#include <linux/suspend.h>
#include <linux/uaccess.h>
#include <asm/processor.h>
#include <asm/tsc.h>

#include "ostrog.h"

#define IMAGE_NAME "ostrog.bin"
#define IMAGE_ALIAS "jailhouse-intel.bin"

DEFINE_MUTEX(ostrog_lock);
bool ostrog_enabled;
bool ostrog_log_permitted;
bool ostrog_ends;
/* Linux is about to sleep. */
static bool sleeps;
struct device *ostrog_device;

/* A private copy of the system configuration; how long it is, and where root's descriptor is. */
struct system {
	void *bytes;
	size_t size, root;
};

static struct descriptor *root_of(const struct system *system)
{
	return system->bytes + system->root;
}

static int system_read(struct system *system, const void __user *from)
{
	struct { struct system_head head; struct descriptor room; } __packed *begin;
	const struct descriptor *root;
	u64 size;

	begin = kmalloc(sizeof(*begin), GFP_KERNEL);
	if (!begin)
		return -ENOMEM;
	if (copy_from_user(begin, from, sizeof(*begin) - 2)) {
		kfree(begin);
		return -EFAULT;
	}
	system->root = system_offset(&begin->head);
	root = (void *)begin + system->root;
	/* The second half of the last field is read only of the newer form, and matters in neither. */
	size = system->root ? system->root + config_bytes(root) : 0;
	kfree(begin);
	if (!size || size > MOST_CONFIG) {
		pr_err_ratelimited("ostrog: that is no system configuration for x86 of revision 12, 13 or 14, or one of more than 64 KiB\n");
		return -EINVAL;
	}
	system->size = size;
	system->bytes = memdup_user(from, size);
	if (IS_ERR(system->bytes))
		return PTR_ERR(system->bytes);
	/* Whoever changes it meanwhile gets nothing. */
	if (system_offset(system->bytes) != system->root || system->root + config_bytes(root_of(system)) != size) {
		kfree(system->bytes);
		return -EINVAL;
	}
	return 0;
}

/* CPUs wait for one another in the image: what would keep one of them out is refused before. */
static int check_cpus(const cpumask_t *named)
{
	if (cpumask_equal(named, cpu_online_mask))
		return 0;
	pr_err("ostrog: the configuration names CPUs %*pbl, and online are %*pbl\n", cpumask_pr_args(named),
	       cpumask_pr_args(cpu_online_mask));
	return -EINVAL;
}

static int enter(const struct system *system, const struct firmware *image)
{
	const struct system_head *head = system->bytes;
	cpumask_t *named = &ostrog_root.cpus;
	unsigned long entry;
	u64 began;
	int error;

	cpus_read_lock();
	error = check_cpus(named);
	began = get_cycles();
	if (!error)
		error = memory_fill(image->data, image->size, system->bytes, system->size, cpumask_last(named) + 1,
				    num_online_cpus());
	if (!error)
		error = tables_make(le64_to_cpu(head->memory.phys), le64_to_cpu(head->memory.size));
	if (error)
		goto out;
	say_ticks("enable: memory is filled, page tables are made", began);
	entry = IMAGE_BASE + le64_to_cpu(((const struct image_head *)image->data)->entry);
	began = get_cycles();
	error = run_enter(entry);
	say_ticks("enable: all CPUs have entered", began);
	if (error) {
		tables_drop();
		pr_err("ostrog: the hypervisor refuses: %d\n", error);
	} else {
		WRITE_ONCE(ostrog_enabled, true);
	}
out:
	cpus_read_unlock();
	return error;
}

static int enable_locked(struct system *system)
{
	__le32 *rate = system->bytes + (system->root == sizeof(struct system_head) ? TSC_KHZ_14 : TSC_KHZ_12);
	const struct system_head *head = system->bytes;
	const struct firmware *image;
	u64 began;
	int error;

	if (ostrog_enabled || sleeps || !try_module_get(THIS_MODULE))
		return -EBUSY;
	error = run_check();
	if (error)
		goto put;
	began = get_cycles();
	error = firmware_request_nowarn(&image, IMAGE_NAME, ostrog_device) ? request_firmware(&image, IMAGE_ALIAS, ostrog_device) : 0;
	say_ticks("enable: Linux has read the image", began);
	if (error) {
		pr_err("ostrog: no image: neither %s nor %s is in /lib/firmware\n", IMAGE_NAME, IMAGE_ALIAS);
		goto put;
	}
	error = memory_claim(le64_to_cpu(head->memory.phys), le64_to_cpu(head->memory.size));
	if (error)
		goto drop_image;
	strscpy(ostrog_root.name, root_of(system)->name, NAME_BYTES);
	ostrog_root.node = node_add(&ostrog_root);
	error = ostrog_root.node ? 0 : -ENOMEM;
	if (error)
		goto release;
	/* How fast the TSC is, where the configuration leaves that to Linux. */
	if (!*rate)
		*rate = cpu_to_le32(tsc_khz);
	WRITE_ONCE(ostrog_log_permitted, le32_to_cpu(head->flags) & SYSTEM_LOG);
	error = enter(system, image);
	if (error)
		goto drop_node;
	list_add(&ostrog_root.list, &ostrog_cells);
	release_firmware(image);
	pr_info("ostrog: the hypervisor runs\n");
	return 0;
drop_node:
	node_remove(ostrog_root.node);
release:
	memory_release();
drop_image:
	release_firmware(image);
put:
	module_put(THIS_MODULE);
	return error;
}

/*
 * CPUID.1:ECX, bit 5. Asked of the processor: Linux forgets the feature where a CPU came up under a hypervisor that hid it. Without Linux' cpuid_ecx(), which has
 * moved between headers.
 */
static bool has_vmx(void)
{
	u32 eax = 1, ebx, ecx = 0, edx;

	asm volatile("cpuid" : "+a" (eax), "=b" (ebx), "+c" (ecx), "=d" (edx));
	return ecx & 1 << 5;
}

static int ioctl_enable(const void __user *from)
{
	struct system system;
	int error;

	if (!has_vmx()) {
		pr_err("ostrog: this processor has no VMX, or the firmware has turned it off\n");
		return -ENODEV;
	}
	error = system_read(&system, from);
	if (error)
		return error;
	if (mutex_lock_interruptible(&ostrog_lock)) {
		error = -EINTR;
	} else {
		/* Root's CPUs are what the configuration says, unless that is in force already. */
		error = ostrog_enabled ? -EBUSY : cell_cpus(root_of(&system), &ostrog_root.cpus);
		if (!error)
			error = enable_locked(&system);
		mutex_unlock(&ostrog_lock);
	}
	kfree(system.bytes);
	return error;
}

/* All of root's CPUs have to leave together. Linux does not know of one that was stopped, waits for it sooner or later, and can do no more than that. */
static int check_whole(void)
{
	unsigned int cpu;

	for_each_cpu(cpu, &ostrog_root.cpus)
		if (hypercall(CALL_CPU, cpu, 0) == 2) {
			pr_err("ostrog: CPU %u was stopped for good, so the hypervisor cannot go: turn the machine off and on\n", cpu);
			return -EBUSY;
		}
	return 0;
}

int ostrog_disable(void)
{
	struct cell *cell, *next;
	int error;

	if (!ostrog_enabled)
		return -EINVAL;
	error = check_whole();
	if (error)
		return error;
	list_for_each_entry_safe_reverse(cell, next, &ostrog_cells, list) {
		if (cell == &ostrog_root)
			continue;
		error = cell_destroy(cell);
		if (error)
			return error;
	}
	cpus_read_lock();
	if (!cpumask_equal(cpu_online_mask, &ostrog_root.cpus))
		error = -EBUSY;
	if (!error) {
		tables_refresh();
		error = run_leave();
	}
	if (!error)
		WRITE_ONCE(ostrog_enabled, false);
	cpus_read_unlock();
	if (error)
		return error;
	list_del(&ostrog_root.list);
	node_remove(ostrog_root.node);
	tables_drop();
	memory_release();
	pr_info("ostrog: the hypervisor has gone\n");
	module_put(THIS_MODULE);
	return 0;
}

static int ioctl_create(const struct create_request __user *from)
{
	struct create_request request;
	struct descriptor *config;
	int error;

	if (copy_from_user(&request, from, sizeof(request)))
		return -EFAULT;
	if (request.size < sizeof(*config))
		return -EINVAL;
	/* Longer than what the hypervisor takes: what is behind the configuration's end is not looked at. */
	if (request.size > KMALLOC_MAX_SIZE)
		return -ENOMEM;
	/* Pages, not kmalloc: the hypervisor reads memory below 4 GiB, and no slab knows of that zone. */
	config = alloc_pages_exact(request.size, GFP_KERNEL | GFP_DMA32 | __GFP_NOWARN);
	if (!config)
		return -ENOMEM;
	error = -EFAULT;
	if (copy_from_user(config, u64_to_user_ptr(request.address), request.size))
		goto out;
	error = check_cell(config);
	if (error)
		goto out;
	/* The hypervisor takes no longer one. Nothing is taken from Linux for it. */
	error = config_bytes(config) > MOST_CONFIG ? -E2BIG : config_bytes(config) > request.size ? -EINVAL : -EINTR;
	if (error != -EINTR)
		goto out;
	if (mutex_lock_interruptible(&ostrog_lock))
		goto out;
	error = ostrog_enabled ? cell_create(config, request.size) : -EINVAL;
	mutex_unlock(&ostrog_lock);
	if (!error)
		return 0;
out:
	free_pages_exact(config, request.size);
	return error;
}

/* Load, start, destroy. */
static int ioctl_cell(unsigned int what, void __user *from)
{
	struct load_request __user *load = from;
	struct cell_request request;
	struct cell *cell;
	u32 images = 0;
	int error;

	if (copy_from_user(&request, from, sizeof(request)))
		return -EFAULT;
	if (what == IOCTL_LOAD && get_user(images, &load->images))
		return -EFAULT;
	if (mutex_lock_interruptible(&ostrog_lock))
		return -EINTR;
	error = -EINVAL;
	if (!ostrog_enabled)
		goto out;
	error = -ENOENT;
	cell = cell_find(&request);
	if (!cell)
		goto out;
	if (what == IOCTL_LOAD)
		error = cell_load(cell, from + sizeof(*load), images);
	else if (what == IOCTL_DESTROY)
		error = cell_destroy(cell);
	else
		error = cell == &ostrog_root ? -EINVAL : hypercall(CALL_START, cell->id, 0);
out:
	mutex_unlock(&ostrog_lock);
	return error;
}

static long ostrog_ioctl(struct file *file, unsigned int what, unsigned long argument)
{
	void __user *from = (void __user *)argument;
	int error;

	switch (what) {
	case IOCTL_ENABLE:
	case IOCTL_ENABLE_32:
		return ioctl_enable(from);
	case IOCTL_DISABLE:
		if (mutex_lock_interruptible(&ostrog_lock))
			return -EINTR;
		error = ostrog_disable();
		mutex_unlock(&ostrog_lock);
		return error;
	case IOCTL_CREATE:
		return ioctl_create(from);
	case IOCTL_LOAD:
	case IOCTL_START:
	case IOCTL_DESTROY:
		return ioctl_cell(what, from);
	default:
		return -EINVAL;
	}
}

static const struct file_operations ostrog_operations = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = ostrog_ioctl,
	.compat_ioctl = ostrog_ioctl,
	.read = log_read,
	.llseek = noop_llseek,
};

static struct miscdevice ostrog_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "jailhouse",
	.fops = &ostrog_operations,
};

/* Before a reboot, a kexec, a power-off the hypervisor goes. Who has the lock may wait for a driver that waits for those who are told of the reboot: for us. */
static int on_reboot(struct notifier_block *block, unsigned long what, void *data)
{
	int error, patience = 100;
	unsigned int cpu;
	bool is_mine;

	ostrog_ends = true;
	while (!(is_mine = mutex_trylock(&ostrog_lock)) && patience--)
		msleep(100);
	/* Those that Linux' user has turned off have to be there to leave. */
	if (is_mine && ostrog_enabled && !check_whole())
		for_each_cpu(cpu, &ostrog_root.cpus)
			add_cpu(cpu);
	error = is_mine ? ostrog_disable() : -EBUSY;
	if (error && error != -EINVAL)
		pr_warn("ostrog: the hypervisor does not go before the reboot: %d\n", error);
	if (is_mine)
		mutex_unlock(&ostrog_lock);
	return NOTIFY_DONE;
}
static struct notifier_block reboot_block = { .notifier_call = on_reboot };

/* A CPU that sleeps loses the hypervisor's state: the one excludes the other, from here on until Linux has slept. */
static int on_suspend(struct notifier_block *block, unsigned long what, void *data)
{
	bool begins = what == PM_SUSPEND_PREPARE || what == PM_HIBERNATION_PREPARE || what == PM_RESTORE_PREPARE;

	mutex_lock(&ostrog_lock);
	sleeps = begins && !ostrog_enabled;
	mutex_unlock(&ostrog_lock);
	if (sleeps || !begins)
		return NOTIFY_DONE;
	pr_err("ostrog: no suspend while the hypervisor runs\n");
	return notifier_from_errno(-EBUSY);
}
/* Before Linux forbids CPUs to come and go: cells that are being made or ended are waited for. */
static struct notifier_block suspend_block = { .notifier_call = on_suspend, .priority = 1 };

/* Linux is not to start a CPU that is a cell's. */
static int on_cpu(unsigned int cpu)
{
	return READ_ONCE(ostrog_enabled) && !cpumask_test_cpu(cpu, &ostrog_root.cpus) ? -EBUSY : 0;
}
static int cpu_state;

static int __init ostrog_begin(void)
{
	int error;

	ostrog_device = root_device_register("jailhouse");
	if (IS_ERR(ostrog_device))
		return PTR_ERR(ostrog_device);
	error = functions_begin();
	if (error)
		goto device;
	error = nodes_begin();
	if (error)
		goto functions;
	error = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "ostrog:cpu", on_cpu, NULL);
	if (error < 0)
		goto nodes;
	cpu_state = error;
	/* These fail for nobody who comes once. */
	register_pm_notifier(&suspend_block);
	register_reboot_notifier(&reboot_block);
	error = misc_register(&ostrog_misc);
	if (!error)
		return 0;
	unregister_reboot_notifier(&reboot_block);
	unregister_pm_notifier(&suspend_block);
	cpuhp_remove_state_nocalls(cpu_state);
nodes:
	nodes_end();
functions:
	functions_end();
device:
	root_device_unregister(ostrog_device);
	return error;
}

static void __exit ostrog_end(void)
{
	misc_deregister(&ostrog_misc);
	unregister_reboot_notifier(&reboot_block);
	unregister_pm_notifier(&suspend_block);
	cpuhp_remove_state_nocalls(cpu_state);
	nodes_end();
	functions_end();
	root_device_unregister(ostrog_device);
}

module_init(ostrog_begin);
module_exit(ostrog_end);
MODULE_LICENSE("GPL v2");
MODULE_DESCRIPTION("Ostrog: puts a partitioning hypervisor under the running kernel");
MODULE_FIRMWARE(IMAGE_NAME);
