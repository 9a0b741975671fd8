/* SPDX-License-Identifier: Apache-2.0 */
/* The worst configurations that fuzzing came to (Tests/Fuzz/worst.txt), each handed to the running hypervisor at several spots, while two cells run: the answer
   is the one that the simulator has given, to the errno; a refusal changes nothing; what is admitted takes the pages that it took there, and can be
   taken back. */
#include "root.h"

/* Tests/Fuzz/worst.py lays them out. */
struct blob {
  /* Bytes that there are, and that it takes where it lies. */
  u32 size, placed, pages, unused;
  u8 errnos[8];
  u8 bytes[];
};
#define NOT_THERE 255
extern u8 worst_list[], worst_list_end[];

/* Tests/Fuzz/Bed/Spot.swift, in its order. */
enum spot { plain, across, end_of_memory, below_hypervisor, one_byte_too_far, below_link, in_itself, spots };
#define ARENA 0x1f00000UL
#define END_OF_MEMORY 0x3fff0000UL
#define LINK 0x3aa00000UL
static u64 address(enum spot spot, u64 size) {
  switch (spot) {
  case plain: return ARENA;
  case across: return ARENA + 0x2000 - 67;
  case end_of_memory: return END_OF_MEMORY - size;
  case below_hypervisor: return MEMORY - size;
  case one_byte_too_far: return MEMORY - size + 1;
  case below_link: return LINK - size;
  default: return RAM_ATTACKER + 5;
  }
}

static void copy(u64 to, const u8 *from, u64 bytes) {
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}
static void clear(u64 to, u64 bytes) {
  __asm__ volatile("rep stosb" : "+D"(to), "+c"(bytes) : "a"(0) : "memory");
}
static int is_there(u64 at, const u8 *bytes, u64 count) {
  for (u64 i = 0; i < count; i++)
    if (((u8 *)at)[i] != bytes[i]) return 0;
  return 1;
}

/* What others are to see nothing of: pages, cells, what each of the two is at, and its CPU. */
struct others { long pages, cells, states, cpus; };
static struct others look(void) {
  struct others now = {
      hypercall(5, 1, 0), hypercall(5, 4, 0), hypercall(6, first, 0) | hypercall(6, second, 0), hypercall(7, 1, 0) | hypercall(7, 2, 0)};
  return now;
}

static u64 came[256], handed, different, changed, written, other_pages;
static struct others before;

static void differs(u64 number_of_blob, enum spot spot, const char *what, long is, long meant) {
  print("root: DIFFERENT worst configuration ");
  number(number_of_blob);
  print(" at spot ");
  number(spot);
  print(": ");
  print(what);
  print(" ");
  number(is);
  print(", the simulator says ");
  number(meant);
  print("\n");
}

static void hand(u64 number_of_blob, const struct blob *blob, enum spot spot) {
  u64 at = address(spot, blob->placed), size = blob->size;
  if (spot == one_byte_too_far && size == blob->placed) size--;
  copy(at, blob->bytes, size);
  long result = hypercall(1, at, 0);
  handed++;
  if (result > 0 || result < -255)
    different++;
  else
    came[-result]++;
  if (result != -(long)blob->errnos[spot]) {
    differs(number_of_blob, spot, "errno", -result, blob->errnos[spot]);
    different++;
  }
  if (!result) {
    long pages = hypercall(5, 1, 0) - before.pages;
    if (pages != blob->pages) {
      differs(number_of_blob, spot, "pages", pages, blob->pages);
      other_pages++;
    }
    must("destroy one of the worst", hypercall(4, *(u32 *)(blob->bytes + 40), 0));
  } else if (!is_there(at, blob->bytes, size)) {
    written++;
  }
  clear(at, size);
  struct others now = look();
  if (now.pages != before.pages || now.cells != before.cells || now.states != before.states || now.cpus != before.cpus) changed++;
}

static void say_outcomes(void) {
  static const struct { u8 errno; const char *name; } outcomes[] = {
      {0, "admitted"}, {1, "EPERM"}, {2, "ENOENT"}, {5, "EIO"}, {7, "E2BIG"}, {12, "ENOMEM"}, {16, "EBUSY"}, {17, "EEXIST"}, {22, "EINVAL"}, {34, "ERANGE"},
  };
  print("root: worst configurations:");
  for (u64 i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
    print(" ");
    print(outcomes[i].name);
    print(" ");
    number(came[outcomes[i].errno]);
  }
  print("\n");
}

void create_worst(void) {
  /* Zeros lie behind each. */
  clear(ARENA, 0x13000);
  clear(RAM_ATTACKER, 0x11000);
  before = look();
  u64 blobs = 0, began = ticks(), longest = 0;
  for (const u8 *at = worst_list; at < worst_list_end; blobs++) {
    const struct blob *blob = (const struct blob *)at;
    for (enum spot spot = plain; spot < spots; spot++) {
      if (blob->errnos[spot] == NOT_THERE) continue;
      u64 start = ticks();
      hand(blobs, blob, spot);
      u64 took = ticks() - start;
      if (took > longest) longest = took;
    }
    at += (sizeof *blob + blob->size + 7) & ~7UL;
  }
  tell("ticks of the worst configurations", ticks() - began);
  tell("ticks of the longest of them, with what root does", longest);
  tell("worst configurations", blobs);
  tell("worst configurations, handed over", handed);
  say_outcomes();
  tell("worst configurations, other answers than the simulator's", different);
  tell("worst configurations, other numbers of pages than the simulator's", other_pages);
  tell("worst configurations that changed pages, cells, or what the others are at", changed);
  tell("worst configurations that were written to", written);
  tell("worst configurations, states of the others", before.states | before.cpus);
  tell("the attacker's own is taken behind the worst", create(config_attacker, attacker));
  must("destroy attacker", hypercall(4, attacker, 0));
}
