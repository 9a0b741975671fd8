// SPDX-License-Identifier: GPL-2.0-only
// PCI functions of cells: Linux' driver is unbound, ours holds the function (so that no other takes it, and nobody turns bus mastering on), and when the cell goes, Linux' driver has
// it again. All of that is before the hypervisor makes it the cell's, or after: meanwhile root's writes to its configuration stop root's CPU.

#include <linux/pci.h>
#include <linux/slab.h>

#include "ostrog.h"

struct held {
	struct pci_dev *function;
	/* Linux had a driver for it. */
	bool was_bound;
};

/* What the holder takes. Nobody else can give it a function, by whatever file in /sys. */
static struct pci_dev *wanted;

static int hold(struct pci_dev *function, const struct pci_device_id *id)
{
	if (function != READ_ONCE(wanted))
		return -ENODEV;
	/* Some drivers leave it asleep, and a cell cannot wake it. Not every function sleeps at all. */
	pci_set_power_state(function, PCI_D0);
	return 0;
}

static struct pci_driver holder = {
	.name = "ostrog",
	.probe = hold,
	.driver = { .suppress_bind_attrs = true },
};

int functions_begin(void)
{
	return pci_register_driver(&holder);
}

void functions_end(void)
{
	pci_unregister_driver(&holder);
}

#ifdef OVERRIDE_OF_DEVICE
#define has_override(function) device_has_driver_override(&(function)->dev)
#define set_override(function, name) device_set_driver_override(&(function)->dev, name)
#else
#define has_override(function) ((function)->driver_override)
/* 5.10 has it without `const`. */
#define set_override(function, name) \
	driver_set_override(&(function)->dev, (const char **)&(function)->driver_override, name, strlen(name))
#endif

static void give_back(struct held *held)
{
	struct pci_dev *function = held->function;

	/* What the cell has told it to do ends here, and while our driver keeps it awake: its own turns this on again. */
	pci_clear_master(function);
	device_release_driver(&function->dev);
	if (set_override(function, ""))
		pr_err("ostrog: PCI function %s: Linux cannot note that any driver may have it\n", pci_name(function));
	if (held->was_bound && !ostrog_ends && device_attach(&function->dev) != 1)
		pr_err("ostrog: PCI function %s: no driver of Linux' takes it back\n", pci_name(function));
	pci_dev_put(function);
}

static int take(struct held *held, struct pci_dev *function)
{
	int error;

	if (has_override(function) || (function->class >> 16 == PCI_BASE_CLASS_BRIDGE && function->dev.driver)) {
		pr_err("ostrog: PCI function %s is a bridge that Linux drives, or kept for one driver (driver_override in /sys)\n",
		       pci_name(function));
		return -EBUSY;
	}
	/* A bridge that nobody drives. Root may not write to every one. */
	if (function->class >> 16 == PCI_BASE_CLASS_BRIDGE)
		return 0;
	error = set_override(function, holder.name);
	if (error)
		return error;
	held->function = pci_dev_get(function);
	held->was_bound = READ_ONCE(function->dev.driver);
	device_release_driver(&function->dev);
	WRITE_ONCE(wanted, function);
	error = device_attach(&function->dev);
	WRITE_ONCE(wanted, NULL);
	if (error != 1 || function->dev.driver != &holder.driver) {
		pr_err("ostrog: PCI function %s cannot be taken from Linux\n", pci_name(function));
		return -EBUSY;
	}
	pci_clear_master(function);
	return 0;
}

void functions_give_back(struct cell *cell)
{
	while (cell->functions)
		give_back(&cell->held[--cell->functions]);
	kfree(cell->held);
	cell->held = NULL;
}

int functions_take(struct cell *cell)
{
	const struct function *entry = config_functions(cell->config);
	u32 count = le32_to_cpu(cell->config->devices), i;
	struct pci_dev *function;
	int error;

	cell->held = kcalloc(count, sizeof(*cell->held), GFP_KERNEL);
	if (!cell->held)
		return -ENOMEM;
	for (i = 0; i < count; i++, entry++) {
		if (entry->type == FUNCTION_VIRTUAL)
			continue;
		function = pci_get_domain_bus_and_slot(le16_to_cpu(entry->domain), le16_to_cpu(entry->bdf) >> 8,
						       le16_to_cpu(entry->bdf) & 0xff);
		/* Kept off Linux already; or not root's, but another cell's or nobody's: the least write to it would stop root. */
		error = function && pci_device_is_present(function) ? take(&cell->held[cell->functions], function) : 0;
		cell->functions += cell->held[cell->functions].function != NULL;
		pci_dev_put(function);
		if (error) {
			functions_give_back(cell);
			return error;
		}
	}
	return 0;
}
