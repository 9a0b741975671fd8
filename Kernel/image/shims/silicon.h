/* SPDX-License-Identifier: Apache-2.0 */
/* The accesses that Swift has no words for: each is one instruction (or one call of memset) and decides nothing. */
#ifndef OSTROG_SILICON_H
#define OSTROG_SILICON_H

/* Loads one byte that somebody else may be writing: exactly once, never again, never early. */
static inline __attribute__((always_inline)) unsigned char silicon_load8(const void *address) {
  return *(const volatile unsigned char *)address;
}

/* Loads one aligned 32-bit word that somebody else may be writing: exactly once. */
static inline __attribute__((always_inline)) unsigned int silicon_load32(const void *address) {
  return *(const volatile unsigned int *)address;
}

/* Loads one aligned 64-bit word that somebody else may be writing: exactly once. */
static inline __attribute__((always_inline)) unsigned long long silicon_load64(const void *address) {
  return *(const volatile unsigned long long *)address;
}

/* Stores one aligned 32-bit word that somebody else may be reading. */
static inline __attribute__((always_inline)) void silicon_store32(void *address, unsigned value) {
  *(volatile unsigned *)address = value;
}

/* Whether the compiler knows a number when it is done. */
static inline __attribute__((always_inline)) int silicon_is_known(unsigned number) {
  return __builtin_constant_p(number);
}

/* Clears `bytes` bytes. The barrier keeps the compiler from dropping stores that nothing in the image reads. */
static inline __attribute__((always_inline)) void silicon_clear(void *address, unsigned long bytes) {
  __builtin_memset(address, 0, bytes);
  __asm__ volatile("" : : "r"(address) : "memory");
}

#endif
