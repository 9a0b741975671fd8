/* SPDX-License-Identifier: GPL-2.0-only */
/* What others define: binary configurations, the image's header, ioctls, hypercalls (Jailhouse's, and two of ours). */
#ifndef OSTROG_ABI_H
#define OSTROG_ABI_H

#include <linux/build_bug.h>
#include <linux/ioctl.h>
#include <linux/types.h>

#define NAME_BYTES 32
/* Room that the image has for the system configuration; as long as a cell's may be. */
#define MOST_CONFIG 0x10000
/* The image can be linked at no other place, and has this much of addresses before Linux' own fixed ones begin. */
#define IMAGE_BASE 0xfffffffff0000000UL
#define MOST_MEMORY (224UL << 20)

struct console {
	__le64 address;
	__le32 size;
	__le16 type, flags;
	__le32 divider, gate;
	__le64 clock;
} __packed;

struct region {
	__le64 phys, virt, size, flags;
} __packed;
#define REGION_READ 0x1
#define REGION_WRITE 0x2
#define REGION_COMMUNICATION 0x20
#define REGION_LOADABLE 0x40
#define REGION_ROOTSHARED 0x80

/* A PCI function: bus, device and function as in hardware's requester ids. */
struct function {
	u8 type, iommu;
	__le16 domain, bdf;
	u8 rest[50];
} __packed;
static_assert(sizeof(struct function) == 56);
#define FUNCTION_VIRTUAL 3

struct descriptor {
	char signature[5];
	u8 architecture;
	__le16 revision;
	char name[NAME_BYTES];
	__le32 id, flags, cpu_bytes, regions, caches, chips, ports, devices, capabilities, streams, irq_base;
	__le64 reset_address, reply_timeout;
	struct console console;
} __packed;
static_assert(sizeof(struct descriptor) == 132);
#define CONSOLE_PERMITTED 0x40000000
#define CONSOLE_ACTIVE 0x80000000

/* Up to the root cell's descriptor. Revision 12 is two bytes shorter, and differs behind `console`. */
struct system_head {
	char signature[5];
	u8 architecture;
	__le16 revision;
	__le32 flags;
	struct region memory;
	struct console console;
	u8 rest[280];
} __packed;
static_assert(sizeof(struct system_head) == 356);
#define SYSTEM_LOG 0x1
/* Where the system says how fast the TSC is. */
#define TSC_KHZ_14 320
#define TSC_KHZ_12 98

struct image_head {
	char signature[8];
	__le64 core_size, cpu_size, entry, console_page;
	/* Jailhouse has something else here. */
	char interface[8];
	__le32 most_cpus, online_cpus;
} __packed;

struct create_request {
	u64 address;
	u32 size, pad;
};
struct cell_request {
	s32 id;
	u32 pad;
	char name[NAME_BYTES];
};
struct load_request {
	struct cell_request cell;
	u32 images, pad;
};
struct image_request {
	u64 source, size, target, pad;
};
#define IOCTL_ENABLE _IOW(0, 0, void *)
#define IOCTL_ENABLE_32 _IOW(0, 0, u32)
#define IOCTL_DISABLE _IO(0, 1)
#define IOCTL_CREATE _IOW(0, 2, struct create_request)
#define IOCTL_LOAD _IOW(0, 3, struct load_request)
#define IOCTL_START _IOW(0, 4, struct cell_request)
#define IOCTL_DESTROY _IOW(0, 5, struct cell_request)

#define IMAGE_INTERFACE "OSTROG\001"

enum hypercall {
	CALL_DISABLE, CALL_CREATE, CALL_START, CALL_LOADABLE, CALL_DESTROY, CALL_INFO, CALL_STATE, CALL_CPU,
	CALL_LOG = 0x1000, CALL_RECORDS = 0x1001,
};

/* The bytes of a configuration from its cell's descriptor on, as its counts say; cannot overflow. */
u64 config_bytes(const struct descriptor *cell);
/* Where a system configuration's root cell begins; 0: it is none that the image can read. */
size_t system_offset(const struct system_head *head);
int check_cell(const struct descriptor *cell);
const struct region *config_regions(const struct descriptor *cell);
const struct function *config_functions(const struct descriptor *cell);

#endif
