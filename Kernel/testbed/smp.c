/* SPDX-License-Identifier: Apache-2.0 */
/* A cell that has all CPUs but root's one, and starts them by itself (Kernel/inmates/smp.c). */
#include "root.h"

void run_many(void) {
  must("create smp", create(config_smp, attacker));
  must("loadable", hypercall(3, attacker, 0));
  load(RAM_SMP, image_smp, image_smp_end);
  put_arguments(RAM_SMP, 0, 0xc, 0, 0);
  must("start smp", hypercall(2, attacker, 0));
  for (int i = 0; i < 1000 && hypercall(6, attacker, 0) == 0; i++) wait(10000);
  tell("smp: state at the end", hypercall(6, attacker, 0));
  must("destroy smp", hypercall(4, attacker, 0));
  for (u32 cpu = 1; cpu < CPUS; cpu++) bring_back(cpu);
}
