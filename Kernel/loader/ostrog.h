/* SPDX-License-Identifier: GPL-2.0-only */
/* What the module's parts share. */
#ifndef OSTROG_H
#define OSTROG_H

#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/timex.h>

#include "abi.h"

/* A cell, from create to destroy; root, from enable to disable. */
struct cell {
	struct list_head list;
	int id;
	char name[NAME_BYTES];
	/* The configuration, as the hypervisor has it. Null: root. */
	struct descriptor *config;
	size_t config_bytes;
	cpumask_t cpus;
	/* Those that Linux had online, and gets back online. */
	cpumask_t unplugged;
	struct node *node;
	/* Its PCI functions, as far as Linux knows them. */
	struct held *held;
	u32 functions;
};

/* Held by whoever changes anything below. */
extern struct mutex ostrog_lock;
/* The hypervisor runs. Read without the lock by what only looks. */
extern bool ostrog_enabled;
/* Root may read the log: the system configuration says so. */
extern bool ostrog_log_permitted;
/* Linux ends: nothing is given back that it would only have to stop again. */
extern bool ostrog_ends;
extern struct device *ostrog_device;
/* Root is the first. */
extern struct list_head ostrog_cells;
extern struct cell ostrog_root;

/* Where the time goes, in ticks of the TSC: said where dynamic debugging is on (`insmod ostrog.ko dyndbg=+p`). */
#define say_ticks(what, since) pr_debug("ostrog: %s: %llu ticks\n", what, (u64)get_cycles() - (since))

/* main.c */
/* Ends all cells, and the hypervisor. The lock is held. */
int ostrog_disable(void);

/* memory.c: the memory that is kept off Linux. */
int memory_claim(phys_addr_t start, u64 size);
void memory_release(void);
int memory_fill(const void *image, size_t bytes, const void *config, size_t config_size, u32 most_cpus, u32 online);
/* Some of it belongs to Linux. */
bool memory_is_linux(phys_addr_t start, u64 size);
/* What the hypervisor said last, from that of its bytes on, while it does not run; how many bytes. */
size_t memory_last_log(char *to, u64 from);

/* tables.c: page tables that have the hypervisor's memory at its address, and else what Linux has there. */
int tables_make(phys_addr_t start, u64 size);
/* Linux may have other tables for its modules by now. */
void tables_refresh(void);
void tables_drop(void);
extern unsigned long tables_root;

/* switch.S: by those tables, calls the image; makes the hypercall that leaves it. */
asmlinkage long switch_enter(unsigned long tables, unsigned long entry, unsigned int cpu);
asmlinkage long switch_leave(unsigned long tables);

/* Linux' own may ask a hypervisor that it runs under, and caches. */
static inline unsigned long read_cr4(void)
{
	unsigned long cr4;

	asm volatile("mov %%cr4, %0" : "=r"(cr4));
	return cr4;
}

/* run.c: all CPUs enter, and leave. */
int run_check(void);
int run_enter(unsigned long entry);
int run_leave(void);
/* -ENODEV where there is no hypervisor. */
long hypercall(enum hypercall code, unsigned long first, unsigned long second);

/*
 * Linux', for modules under the GPL, though no header of its says so. A CPU that goes or comes waits for all readers of RCU several times, unless they are hurried.
 */
void rcu_expedite_gp(void);
void rcu_unexpedite_gp(void);

/* cell.c: the lock is held. */
int cell_create(struct descriptor *config, size_t bytes);
int cell_load(struct cell *cell, const struct image_request __user *images, u32 count);
int cell_destroy(struct cell *cell);
struct cell *cell_find(struct cell_request *request);
int cell_cpus(const struct descriptor *config, cpumask_t *cpus);

/* functions.c: PCI functions of cells. Linux' drivers lose them, and get them back. */
int functions_begin(void);
void functions_end(void);
int functions_take(struct cell *cell);
void functions_give_back(struct cell *cell);

/* nodes.c: /sys/devices/jailhouse. */
int nodes_begin(void);
void nodes_end(void);
struct node *node_add(const struct cell *cell);
void node_remove(struct node *node);
/* The directories of these CPUs' counters move. */
void node_move_cpus(struct node *from, struct node *to, const cpumask_t *cpus);

/* log.c: what the hypervisor says. */
enum { LOG_BYTES = 2048 };
struct file;
ssize_t log_read(struct file *file, char __user *to, size_t bytes, loff_t *position);
/* The last of it, at most LOG_BYTES; -errno. */
ssize_t log_last(char *to);

#endif
