"""Threads take large pieces of work from a queue, one lock for each piece."""
import queue
import sys
import threading
import zlib


def work(jobs, sums, lock):
    while True:
        job = jobs.get()
        if job is None:
            return
        value = zlib.crc32(zlib.compress(job, 6))
        with lock:
            sums.append(value)


def main():
    jobs, sums, lock = queue.Queue(4), [], threading.Lock()
    threads = [threading.Thread(target=work, args=(jobs, sums, lock)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for k in range(int(sys.argv[1])):
        jobs.put(bytes((k + j * j) % 256 for j in range(1000)) * 60)
    for _ in threads:
        jobs.put(None)
    for thread in threads:
        thread.join()
    print(len(sums), sum(sums) % 1000)


main()
