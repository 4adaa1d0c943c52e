/* Stands between a program and its disk, loaded before the C library (LD_PRELOAD).
 *
 * ZONGHENG_DISK        what is watched: files whose path begins so, and the folder that they are in
 * ZONGHENG_DISK_LOG    where everything done to them is written down, in its order, with the data
 * ZONGHENG_DISK_FULL   while this file is there, nothing can be written to them: no space left
 *
 * Calls are made and written down under one lock, so the log has the order in which they took effect: a
 * flush stands after every write that it covers. What the program writes to a watched file whose name ends
 * in "-told" goes into the log alone: so its order to the flushes is known. The index of the write-ahead log
 * ("-shm") is memory that several processes share; it is not kept over a loss of power and not logged.
 *
 * Not seen: writes through mmap, writev, aio, and descriptors that were duplicated. SQLite and the
 * standard library of Rust use none of them on these files. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { NAMED = 1, REMOVED, RENAMED, WRITTEN, SIZED, FLUSHED, FOLDER_FLUSHED, TOLD };
enum { FILES = 4096, FOLDER = -1, NONE = 0 };

struct record {
  uint32_t kind, file;
  uint64_t at, length;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *watched, *full;
static int log_fd = -1;
static int file_of[FILES];    /* by descriptor: the file's number, FOLDER or NONE */
static char *name_of[FILES];  /* by number; freed where the name is gone */
static int files;

__attribute__((constructor)) static void begin(void) {
  const char *log = getenv("ZONGHENG_DISK_LOG");
  watched = getenv("ZONGHENG_DISK");
  full = getenv("ZONGHENG_DISK_FULL");
  if (watched && log) {
    int fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    /* High, so that the program's own numbers are what they would be without us. */
    log_fd = (int)syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 900);
    syscall(SYS_close, fd);
    if (log_fd < 0) abort();
  }
}

static void note(uint32_t kind, int file, uint64_t at, const void *data, uint64_t length) {
  if (log_fd < 0) return;
  struct record record = {kind, (uint32_t)file, at, length};
  struct iovec parts[2] = {{&record, sizeof record}, {(void *)data, length}};
  ssize_t all = (ssize_t)(sizeof record + length);
  /* A log with a hole proves nothing. */
  if (syscall(SYS_writev, log_fd, parts, length ? 2 : 1) != all) abort();
}

static int is_watched(const char *path) {
  return watched && path && strncmp(path, watched, strlen(watched)) == 0;
}

static int ends(const char *text, const char *end) {
  size_t n = strlen(text), m = strlen(end);
  return n >= m && strcmp(text + n - m, end) == 0;
}

static int is_folder(const char *path) {
  const char *slash = watched ? strrchr(watched, '/') : NULL;
  return slash && strlen(path) == (size_t)(slash - watched) && strncmp(path, watched, strlen(path)) == 0;
}

static int of(int fd) { return fd >= 0 && fd < FILES ? file_of[fd] : NONE; }

static int logged(int file) { return file > 0 && name_of[file] && !ends(name_of[file], "-shm"); }

static int no_room(int file) {
  return file > 0 && full && syscall(SYS_faccessat, AT_FDCWD, full, F_OK) == 0;
}

static int number(const char *path) {
  for (int n = 1; n <= files; n++)
    if (name_of[n] && strcmp(name_of[n], path) == 0) return n;
  return NONE;
}

static int opened(const char *path, int flags, mode_t mode) {
  if (!is_watched(path) && !(path && is_folder(path))) return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
  pthread_mutex_lock(&lock);
  int is_new = syscall(SYS_faccessat, AT_FDCWD, path, F_OK) != 0;
  int fd = -1;
  if (is_new && (flags & O_CREAT) && full && syscall(SYS_faccessat, AT_FDCWD, full, F_OK) == 0)
    errno = ENOSPC;
  else
    fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
  if (fd >= 0 && fd < FILES && is_watched(path)) {
    int file = number(path);
    if (file == NONE && files + 1 < FILES) {
      file = ++files;
      name_of[file] = strdup(path);
      if (logged(file)) note(NAMED, file, 0, path, strlen(path));
    }
    if ((flags & O_TRUNC) && !is_new && logged(file)) note(SIZED, file, 0, NULL, 0);
    file_of[fd] = file;
  } else if (fd >= 0 && fd < FILES) {
    file_of[fd] = FOLDER;
  }
  pthread_mutex_unlock(&lock);
  return fd;
}

#define MODE(flags)                                                \
  mode_t mode = 0;                                                 \
  if ((flags) & (O_CREAT | O_TMPFILE)) {                           \
    va_list more;                                                  \
    va_start(more, flags);                                         \
    mode = va_arg(more, mode_t);                                   \
    va_end(more);                                                  \
  }

int open(const char *path, int flags, ...) { MODE(flags) return opened(path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return opened(path, flags, mode); }
int creat(const char *path, mode_t mode) { return opened(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int close(int fd) {
  pthread_mutex_lock(&lock);
  if (fd >= 0 && fd < FILES) file_of[fd] = NONE;
  int done = (int)syscall(SYS_close, fd);
  pthread_mutex_unlock(&lock);
  return done;
}

/* One write, at an offset or, below zero, where the descriptor stands. */
static ssize_t wrote(int fd, const void *data, size_t length, off_t at) {
  int file = of(fd);
  if (file <= 0) return at < 0 ? syscall(SYS_write, fd, data, length) : syscall(SYS_pwrite64, fd, data, length, at);
  pthread_mutex_lock(&lock);
  ssize_t done = -1;
  if (name_of[file] && ends(name_of[file], "-told")) {
    note(TOLD, file, 0, data, length);
    done = (ssize_t)length;
  } else if (no_room(file)) {
    errno = ENOSPC;
  } else {
    off_t where = at < 0 ? (off_t)syscall(SYS_lseek, fd, 0, SEEK_CUR) : at;
    done = at < 0 ? syscall(SYS_write, fd, data, length) : syscall(SYS_pwrite64, fd, data, length, at);
    if (done > 0 && logged(file)) note(WRITTEN, file, (uint64_t)where, data, (uint64_t)done);
  }
  pthread_mutex_unlock(&lock);
  return done;
}

ssize_t write(int fd, const void *data, size_t length) { return wrote(fd, data, length, -1); }
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) { return wrote(fd, data, length, at); }
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) { return wrote(fd, data, length, at); }

static int sized(int fd, off_t size) {
  int file = of(fd);
  if (file <= 0) return (int)syscall(SYS_ftruncate, fd, size);
  pthread_mutex_lock(&lock);
  struct stat now;
  int done = -1;
  if (no_room(file) && fstat(fd, &now) == 0 && size > now.st_size) {
    errno = ENOSPC;
  } else {
    done = (int)syscall(SYS_ftruncate, fd, size);
    if (done == 0 && logged(file)) note(SIZED, file, (uint64_t)size, NULL, 0);
  }
  pthread_mutex_unlock(&lock);
  return done;
}

int ftruncate(int fd, off_t size) { return sized(fd, size); }
int ftruncate64(int fd, off64_t size) { return sized(fd, size); }

static int flushed(int fd, long call) {
  int file = of(fd);
  if (file == NONE) return (int)syscall(call, fd);
  pthread_mutex_lock(&lock);
  int done = (int)syscall(call, fd);
  if (done == 0 && file == FOLDER) note(FOLDER_FLUSHED, 0, 0, NULL, 0);
  if (done == 0 && logged(file)) note(FLUSHED, file, 0, NULL, 0);
  pthread_mutex_unlock(&lock);
  return done;
}

int fsync(int fd) { return flushed(fd, SYS_fsync); }
int fdatasync(int fd) { return flushed(fd, SYS_fdatasync); }

int unlink(const char *path) {
  if (!is_watched(path)) return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
  pthread_mutex_lock(&lock);
  int done = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
  int file = number(path);
  if (done == 0 && file != NONE) {
    if (logged(file)) note(REMOVED, file, 0, NULL, 0);
    free(name_of[file]);
    name_of[file] = NULL;
  }
  pthread_mutex_unlock(&lock);
  return done;
}

int rename(const char *from, const char *to) {
  if (!is_watched(from) && !is_watched(to)) return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
  pthread_mutex_lock(&lock);
  int done = (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
  int file = number(from), gone = number(to);
  if (done == 0 && gone != NONE) {
    free(name_of[gone]);
    name_of[gone] = NULL;
  }
  if (done == 0 && file != NONE) {
    if (logged(file)) note(RENAMED, file, 0, to, strlen(to));
    free(name_of[file]);
    name_of[file] = strdup(to);
  }
  pthread_mutex_unlock(&lock);
  return done;
}
