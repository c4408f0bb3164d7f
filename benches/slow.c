/* A server that is slow and costs little: `slow PORT MILLIS LENGTH` answers every request on loopback that long after it
   came with LENGTH bytes from its standard input, as JSON. One request a connection, read at once, and whoever
   asks waits for the answer. All wait equally long, so the oldest is always the next. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 65536 };

static struct { int fd; long long due; } waiting[MOST];

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void watch(int queue, int fd) {
    struct epoll_event wanted = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(queue, EPOLL_CTL_ADD, fd, &wanted);
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    long long delay = atoll(argv[2]) * 1000000;
    static char answer[MOST], request[MOST];
    static char asked[MOST];
    int length = atoi(argv[3]), one = 1;
    int head = sprintf(answer, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n", length);
    if (length > MOST - head || fread(answer + head, 1, length, stdin) != (size_t)length) return 2;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), queue = epoll_create1(0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) || listen(listener, 4096)) return 1;
    watch(queue, listener);
    for (unsigned first = 0, next = 0;;) {
        struct timespec left, *timeout = NULL;
        if (first != next) {
            long long until = waiting[first % MOST].due - now();
            if (until < 0) until = 0;
            left = (struct timespec){until / 1000000000, until % 1000000000};
            timeout = &left;
        }
        struct epoll_event events[256];
        int ready = epoll_pwait2(queue, events, 256, timeout, NULL);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                for (int new; (new = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0; watch(queue, new)) {
                    if (new >= MOST) return 1;
                    asked[new] = 0;
                    setsockopt(new, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                }
            } else if (read(fd, request, sizeof request) <= 0) {
                close(fd);
            } else if (!asked[fd]) {
                asked[fd] = 1;
                waiting[next % MOST].fd = fd;
                waiting[next++ % MOST].due = now() + delay;
            }
        }
        for (; first != next && waiting[first % MOST].due <= now(); first++)
            if (write(waiting[first % MOST].fd, answer, head + length) != head + length) return 1;
    }
}
