/* SPDX-License-Identifier: Apache-2.0 */
/* What the bare-metal root makes cells from. */
  .data
  .macro blob name, file
  .balign 16
  .globl \name, \name\()_end
\name:
  .incbin "\file"
\name\()_end:
  .endm
  blob config_first, first.cell
  blob config_second, second.cell
  blob config_attacker, attacker.cell
  blob config_smp, smp.cell
  blob image_tick, tick.bin
  blob image_attack, attack.bin
  blob image_smp, smp.bin
