/* SPDX-License-Identifier: Apache-2.0 */
/* Issues the loader's ioctls from a shell script, in an initial file system that has nothing else; statically linked. It stands in for the tool `ostrog`, and goes further: `hostile`
   issues each of them with arguments that nobody should. Usage: issue enable FILE | disable | create FILE | load NAME FILE ADDRESS | start NAME | destroy NAME | hash SECONDS |
   hostile [SEED] | mangled SEED FILE | machine (asks KVM for a virtual one). Says what came of it; the exit status is the errno. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct create { uint64_t address; uint32_t size, pad; };
struct cell { int32_t id; uint32_t pad; char name[32]; };
struct image { uint64_t source, size, target, pad; };
struct load { struct cell cell; uint32_t images, pad; struct image image[1]; };
enum { ENABLE = 0x40080000, DISABLE = 1, CREATE = 0x40100002, LOAD = 0x40300003, START = 0x40280004, DESTROY = 0x40280005 };

static int device;
static uint64_t ticks(void) {
  uint32_t a, d;
  __asm__ volatile("rdtsc" : "=a"(a), "=d"(d));
  return (uint64_t)d << 32 | a;
}
static int issue(const char *what, unsigned long number, void *argument) {
  uint64_t began = ticks();
  int result = ioctl(device, number, argument) ? errno : 0;
  printf("issue: %s: %s, %llu ticks\n", what, result ? strerror(result) : "done", (unsigned long long)(ticks() - began));
  return result;
}
static void *whole(const char *path, size_t *bytes) {
  int file = open(path, O_RDONLY);
  struct stat about;
  if (file < 0 || fstat(file, &about)) { perror(path); exit(2); }
  *bytes = about.st_size;
  void *memory = malloc(*bytes + 1);
  if (read(file, memory, *bytes) != (ssize_t)*bytes) { perror(path); exit(2); }
  close(file);
  return memory;
}

/* Work whose result is known: what comes out must be the same with and without a hypervisor. */
static void hash(double seconds) {
  uint64_t h = 0xcbf29ce484222325, turns = 0;
  struct timespec began, now;
  clock_gettime(CLOCK_MONOTONIC, &began);
  do {
    for (int i = 0; i < 100000; i++) h = (h ^ (i & 0xff)) * 0x100000001b3;
    turns++;
    clock_gettime(CLOCK_MONOTONIC, &now);
  } while (now.tv_sec - began.tv_sec + (now.tv_nsec - began.tv_nsec) * 1e-9 < seconds);
  printf("issue: hash: %llu turns, %016llx\n", (unsigned long long)turns, (unsigned long long)h);
}

static uint64_t state;
static uint64_t draw(void) {
  state ^= state << 13;
  state ^= state >> 7;
  return state ^= state << 17;
}
/* Arguments that lead nowhere, are absurd, or are nearly right. Root must neither stop nor find that a cell has come or gone. */
static int hostile(uint64_t seed) {
  static const unsigned long numbers[] = {ENABLE, CREATE, LOAD, START, DESTROY, 0x40040000, 0x40100003, 0x1234, 0xffffffff};
  char *page = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(page + 4096, 4096);
  state = seed * 0x9e3779b97f4a7c15 + 1;
  unsigned counts[256] = {0};
  for (int turn = 0; turn < 3000; turn++) {
    for (int i = 0; i < 4096; i++) page[i] = draw();
    /* Most begin at the page, some so near its end that they are cut, some nowhere. */
    uint64_t kind = draw() % 8;
    char *at = kind == 0 ? (char *)(draw()) : kind == 1 ? page + 4096 - draw() % 64 : kind == 2 ? 0 : page;
    unsigned long number = numbers[draw() % (sizeof numbers / sizeof *numbers)];
    if (at == page && number == CREATE) {
      struct create *create = (void *)page;
      create->address = draw() % 2 ? (uint64_t)(page + 64) : draw();
      create->size = draw() % 3 ? draw() % 4000 : draw();
      if (draw() % 2) memcpy(page + 64, "JHCLL\0\016\0", 8);
      if (draw() % 2) memset(page + 64 + 48, 0, 32);
    }
    if (at == page && number >= LOAD && number <= DESTROY) {
      struct load *load = (void *)page;
      load->cell.id = draw() % 4 ? -1 : (int32_t)draw();
      if (load->cell.id == 0) load->cell.id = 77;
    }
    int result = ioctl(device, number, at) ? errno : 0;
    counts[result & 255]++;
    if (!result) printf("issue: hostile: turn %d, ioctl %lx was done\n", turn, number);
  }
  printf("issue: hostile: seed %llu:", (unsigned long long)seed);
  for (int i = 0; i < 256; i++)
    if (counts[i]) printf(" %s %u,", i ? strerror(i) : "done", counts[i]);
  printf(" in all 3000\n");
  return counts[0] != 0;
}

/* A cell's configuration, nearly right: where that is enough for a cell, it is loaded with what nobody should, started, and ended. Nothing of it may stay. */
static int mangled(uint64_t seed, const char *path) {
  size_t bytes;
  unsigned char *good = whole(path, &bytes), *bad = malloc(bytes + 4096);
  unsigned made = 0, back = 0, loads[2] = {0, 0}, counts[256] = {0}, turns = 250;
  state = seed * 0x9e3779b97f4a7c15 + 1;
  for (unsigned turn = 0; turn < turns; turn++) {
    memset(bad, 0, bytes + 4096);
    memcpy(bad, good, bytes);
    /* Words and bytes behind the name, and how long it is said to be. Now and then nothing, so that something lives. */
    for (int i = draw() % 4; i > 0; i--) {
      static const uint64_t odd[] = {0, 1, 2, 0xff, 0x1000, 0xffff, 0xfffff000, 0xffffffff, 0x100000000, 0x4000000000000, 0x8000000000000000, -1ULL, 0xfee00000, 0x3a000000, 0x1000000};
      size_t at = 40 + draw() % (bytes - 40), width = draw() % 2 ? 8 : draw() % 2 ? 4 : 1;
      if (width > 1) at &= ~(width - 1);
      if (at + width > bytes) continue;
      uint64_t value = draw() % 3 ? odd[draw() % (sizeof odd / sizeof *odd)] : draw();
      memcpy(bad + at, &value, width);
    }
    struct create create = {(uint64_t)bad, bytes, 0};
    if (draw() % 8 == 0) create.size = bytes - 1 - draw() % 64;
    if (draw() % 8 == 0) create.size = bytes + draw() % 4096;
    int result = ioctl(device, CREATE, &create) ? errno : 0;
    counts[result & 255]++;
    if (result) continue;
    made++;
    struct load load = {{-1, 0, ""}, 0, 0, {{0}}};
    memcpy(load.cell.name, bad + 8, 31);
    for (int i = 0; i < 4; i++) {
      static const uint64_t places[] = {0, 0xff000, 0xfffff, 0x100000, 0xf0000, 0x1000000, -4096ULL, -1ULL};
      load.images = draw() % 4 ? 1 : draw();
      load.image[0].source = draw() % 3 ? (uint64_t)good : draw();
      load.image[0].size = draw() % 3 ? bytes : draw();
      load.image[0].target = draw() % 4 ? places[draw() % 8] : draw();
      loads[ioctl(device, LOAD, &load) == 0]++;
    }
    if (draw() % 2) ioctl(device, START, &load);
    if (!ioctl(device, DESTROY, &load)) back++;
    else printf("issue: mangled: turn %u: not destroyed: %s\n", turn, strerror(errno));
  }
  printf("issue: mangled: seed %llu:", (unsigned long long)seed);
  for (int i = 1; i < 256; i++)
    if (counts[i]) printf(" %s %u,", strerror(i), counts[i]);
  printf(" loads: done %u, refused %u; made %u, taken back %u, of %u\n", loads[1], loads[0], made, back, turns);
  return made != back;
}

int main(int count, char **argument) {
  setvbuf(stdout, 0, _IOLBF, 0);
  const char *what = count > 1 ? argument[1] : "";
  const char *first = count > 2 ? argument[2] : "";
  size_t bytes;
  if (!strcmp(what, "hash")) return hash(atof(first)), 0;
  if (!strcmp(what, "machine")) {
    device = open("/dev/kvm", O_RDWR);
    if (device < 0) { perror("/dev/kvm"); return 2; }
    int machine = ioctl(device, 0xae01, 0);
    printf("issue: machine: %s\n", machine < 0 ? strerror(errno) : "done");
    return machine < 0 ? errno : 0;
  }
  device = open("/dev/jailhouse", O_RDONLY);
  if (device < 0) { perror("/dev/jailhouse"); return 2; }
  if (!strcmp(what, "enable")) return issue(what, ENABLE, whole(first, &bytes));
  if (!strcmp(what, "disable")) return issue(what, DISABLE, 0);
  if (!strcmp(what, "mangled")) return mangled(strtoull(first, 0, 0), count > 3 ? argument[3] : "");
  if (!strcmp(what, "hostile")) return hostile(count > 2 ? strtoull(first, 0, 0) : 1);
  if (!strcmp(what, "create")) {
    struct create create = {(uint64_t)whole(first, &bytes), 0, 0};
    create.size = bytes;
    return issue(what, CREATE, &create);
  }
  struct load load = {{-1, 0, ""}, 0, 0, {{0}}};
  strncpy(load.cell.name, first, 31);
  if (!strcmp(what, "load") && count > 4) {
    load.images = 1;
    load.image[0].source = (uint64_t)whole(argument[3], &bytes);
    load.image[0].size = bytes;
    load.image[0].target = strtoull(argument[4], 0, 0);
    return issue(what, LOAD, &load);
  }
  if (!strcmp(what, "shutdown")) return issue(what, LOAD, &load);
  if (!strcmp(what, "start")) return issue(what, START, &load);
  if (!strcmp(what, "destroy")) return issue(what, DESTROY, &load);
  fprintf(stderr, "issue: what is \"%s\"?\n", what);
  return 2;
}
