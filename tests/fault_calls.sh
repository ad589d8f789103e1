#!/bin/sh
# What the program asks of the system for memory and files are the calls that tests/test_faults.c lets fail, and no
# others: a new one must be added to fault_calls in Makefile.am and to tests/faults/calls.c, or its error paths are
# never run.
set -eu
PROFKIT=${PROFKIT:?set PROFKIT to the program to test}
FAULT_CALLS=${FAULT_CALLS:?set FAULT_CALLS to the calls that can fail}

. "${srcdir:-.}/tests/lib.sh"
needs nm binutils
imports=$(nm -D --undefined-only "$PROFKIT" | sed 's/.* //; s/@.*//')
if printf '%s\n' "$imports" | grep -q '^__asan_'; then
  echo "ok a sanitizer in the program asks for calls of its own, so the plain build is looked at"
  exit 0
fi

status=0
for call in $imports; do
  case $call in
  # memory
  malloc | calloc | realloc | reallocarray | aligned_alloc | posix_memalign | memalign | valloc | strdup | strndup | \
    asprintf | vasprintf | __asprintf_chk | __vasprintf_chk | open_memstream | fmemopen | mmap | mmap64 | mremap) ;;
  # streams of the C library over files: their own calls cannot be counted
  fopen | fopen64 | fdopen | freopen | tmpfile | tmpfile64 | getline | getdelim | fread | fgets | fgetc | getc | \
    fopencookie) ;;
  # files and folders
  open | open64 | openat | openat64 | __openat_2 | __openat64_2 | __open_2 | __open64_2 | creat | creat64 | \
    read | __read_chk | pread | pread64 | \
    readv | preadv | write | pwrite | pwrite64 | writev | pwritev | sendfile | copy_file_range | splice | fsync | \
    fdatasync | sync | close | rename | renameat | renameat2 | link | linkat | symlink | readlink | readlinkat | \
    __readlink_chk | mkstemp | mkstemp64 | mkostemp | mkdir | truncate | ftruncate | ftruncate64 | stat | stat64 | \
    lstat | lstat64 | fstat | fstat64 | fstatat | fstatat64 | faccessat | chmod | fchmod | fchown | opendir | \
    fdopendir | readdir | readdir64 | scandir | getrandom | fcntl | fcntl64) ;;
  # other programs
  fork | vfork | posix_spawn | posix_spawnp | execve | execv | execvp | pipe | pipe2 | socketpair | poll | ppoll | \
    __poll_chk | select | send | sendto | sendmsg | recv | __recv_chk | recvfrom | recvmsg | wait | wait4 | waitpid | \
    waitid) ;;
  *) continue ;;
  esac
  case " $FAULT_CALLS " in
  *" $call "*) echo "ok $call can be made to fail" ;;
  *)
    echo "not ok $call can be made to fail: see fault_calls in Makefile.am"
    status=1
    ;;
  esac
done
exit "$status"
