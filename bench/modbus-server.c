/* The one slave of `bench -- modbus`: libmodbus answers behind epoll and one read, any number of masters on one port of this machine.
   Prints the port it listens on; ends when its input ends. */

#include <errno.h>
#include <modbus.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define REGISTERS 1000
#define WAITING 1024
#define EVENTS 256
#define DESCRIPTORS 4096
#define UNREAD 4096
/* Transaction, protocol, length. */
#define HEADER 6

/* What a master has sent and is no whole request yet. */
static struct {
    int count;
    unsigned char bytes[UNREAD];
} unread[DESCRIPTORS];

static void watch(int poll, int descriptor)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event)) {
        perror("epoll_ctl");
        exit(1);
    }
}

static int listening(unsigned short *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof at;
    int ears = socket(AF_INET, SOCK_STREAM, 0);
    if (ears < 0 || bind(ears, (struct sockaddr *) &at, sizeof at) || listen(ears, WAITING) ||
        getsockname(ears, (struct sockaddr *) &at, &length)) {
        perror("listen");
        exit(1);
    }
    *port = ntohs(at.sin_port);
    return ears;
}

int main(void)
{
    unsigned short port;
    int ears = listening(&port);
    int poll = epoll_create1(0);
    modbus_t *slave = modbus_new_tcp("127.0.0.1", port);
    modbus_mapping_t *registers = modbus_mapping_new(0, 0, REGISTERS, REGISTERS);
    struct epoll_event events[EVENTS];
    for (int at = 0; at < REGISTERS; at++) registers->tab_registers[at] = registers->tab_input_registers[at] = at;
    watch(poll, ears);
    watch(poll, STDIN_FILENO);
    printf("%u\n", port);
    fflush(stdout);
    for (;;) {
        int ready = epoll_wait(poll, events, EVENTS, -1);
        for (int at = 0; at < ready; at++) {
            int descriptor = events[at].data.fd;
            unsigned char *heard = unread[descriptor].bytes;
            int length, on = 1, from = 0;
            if (descriptor == STDIN_FILENO) return 0;
            if (descriptor == ears) {
                int master = accept(ears, NULL, NULL);
                if (master < 0 || master >= DESCRIPTORS) continue;
                setsockopt(master, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                watch(poll, master);
                continue;
            }
            length = recv(descriptor, heard + unread[descriptor].count, UNREAD - unread[descriptor].count, 0);
            if (length <= 0) {
                close(descriptor);
                unread[descriptor].count = 0;
                continue;
            }
            length += unread[descriptor].count;
            modbus_set_socket(slave, descriptor);
            while (length - from >= HEADER) {
                int whole = HEADER + (heard[from + 4] << 8 | heard[from + 5]);
                if (whole > MODBUS_TCP_MAX_ADU_LENGTH || length - from < whole) break;
                modbus_reply(slave, heard + from, whole, registers);
                from += whole;
            }
            memmove(heard, heard + from, length - from);
            unread[descriptor].count = length - from;
        }
    }
}
