/* The reference of `bench -- modbus`: libmodbus, one blocking read after the other, round and round its connections.
   Arguments: port, connections, registers, ms to warm up, ms to measure. Prints reads, ms, processor ms and kB resident. */

#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

/* Not the most there ever was, which begins with that of the process that started this one. */
static long residentKb(void)
{
    char line[128];
    long kb = -1;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && kb < 0 && fgets(line, sizeof line, status)) sscanf(line, "VmRSS: %ld", &kb);
    if (status) fclose(status);
    return kb;
}

int main(int count, char **words)
{
    if (count != 6) return 2;
    int connections = atoi(words[2]), registers = atoi(words[3]);
    double warm = atof(words[4]), measure = atof(words[5]);
    modbus_t **masters = calloc(connections, sizeof *masters);
    unsigned short values[MODBUS_MAX_READ_REGISTERS];
    for (int at = 0; at < connections; at++) {
        masters[at] = modbus_new_tcp("127.0.0.1", atoi(words[1]));
        modbus_set_slave(masters[at], 1);
        if (modbus_connect(masters[at])) {
            fprintf(stderr, "connect: %s\n", modbus_strerror(errno));
            return 1;
        }
    }
    for (int measured = 0; measured < 2; measured++) {
        double from = now(CLOCK_MONOTONIC), busy = now(CLOCK_PROCESS_CPUTIME_ID), passed = 0;
        unsigned long reads = 0;
        for (; passed < (measured ? measure : warm); passed = now(CLOCK_MONOTONIC) - from)
            for (int at = 0; at < connections; at++) {
                if (modbus_read_registers(masters[at], 0, registers, values) != registers) {
                    fprintf(stderr, "read: %s\n", modbus_strerror(errno));
                    return 1;
                }
                reads++;
            }
        if (!measured) continue;
        printf("{\"reads\":%lu,\"ms\":%.1f,\"processorMs\":%.1f,\"residentKb\":%ld}\n", reads, passed,
               now(CLOCK_PROCESS_CPUTIME_ID) - busy, residentKb());
    }
    return 0;
}
