// Stands in front of the C library: the next sync of the database's files fails with EIO, once for each time that the file named by
// FAIL_NEXT_SYNC is made. The pages count as written for the kernel then, and are lost, as Linux does it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is_database(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strstr(path, "bellhop.db") != NULL;
}

static int fails(int fd) {
    const char *order = getenv("FAIL_NEXT_SYNC");
    return order != NULL && is_database(fd) && unlink(order) == 0;
}

int fsync(int fd) {
    if (fails(fd)) { errno = EIO; return -1; }
    return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
}

int fdatasync(int fd) {
    if (fails(fd)) { errno = EIO; return -1; }
    return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd);
}
