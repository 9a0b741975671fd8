/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the bare-metal root share. */
#ifndef ROOT_H
#define ROOT_H

#include "../inmates/bare.h"

#define CPUS 4
#define IMAGE 0xfffffffff0000000UL
#define MEMORY 0x3a000000UL

/* The cells: configurations and images as they were built. */
extern u8 config_first[], config_second[], config_attacker[], config_smp[];
extern u8 image_tick[], image_tick_end[], image_attack[], image_attack_end[], image_smp[], image_smp_end[];
enum { first = 1, second = 2, attacker = 3 };
#define RAM_FIRST 0x3a600000UL
#define RAM_SECOND 0x3a700000UL
#define RAM_ATTACKER 0x3a800000UL
#define RAM_SMP 0x3a900000UL

void tell(const char *what, u64 value);
/* Says so where the result is not 0. */
void must(const char *what, long result);
void wait(u64 turns);
/* leave.c */
void enter_with_others(u32 cpu);
long create(u8 *config, u32 id);
void load(u64 ram, const u8 *image, const u8 *end);
/* What the image finds behind its first instruction. */
void put_arguments(u64 ram, u64 port, u64 a, u64 b, u64 c);
/* A CPU that was a cell's is root's again and waits: root starts it. */
void bring_back(u32 cpu);
/* Creates and loads the attacker's cell, with these arguments, and starts it. */
void start_attacker(u64 which, u64 argument);

/* talk.c: messages, counters, the log, records. */
void ask_cells(void);
void read_log(void);
/* A cell that listens on CPU 3 while another one goes. */
void start_listener(void);
void end_listener(void);
/* ports.c: ports that the hypervisor answers for; what it does not let root do with them, a different thing on each CPU. */
void look_at_ports(void);
void misuse_port(u32 cpu);
/* smp.c: a cell of several CPUs. */
void run_many(void);
/* dry.c: what a dry run lets through. */
void dry_run(void);
/* corrupt.c: configurations that are broken at random. */
void create_corrupt(void);
/* worst.c: the worst that fuzzing came to. */
void create_worst(void);
/* leave.c: no hypervisor any more, and one again. */
void keep_image(void);
void leave_and_come_again(void);
void leave_with_others(u32 cpu);
/* The mode of the CPUs' APICs: as they come (a second boot), or x2APIC. */
#ifdef XAPIC
enum { is_xapic = 1 };
#else
enum { is_xapic = 0 };
#endif
/* root.c: has every CPU enter the hypervisor; 0 or an errno. What the other CPUs are to do. */
long enter(u32 cpu);
extern u32 work;
enum Work { nothing, entering, leaving };

#endif
