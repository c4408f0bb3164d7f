/* A bare loop of sockets: `loop PORT COUNT CONCURRENCY` connects to loopback, asks, reads once and closes, so many times.
   It judges nothing and handles no error: what it costs is the least that any client of the kernel's sockets pays. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static int queue, port, started, sent[65536];

static void start(void) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || fd >= 65536) exit(1);
    struct epoll_event wanted = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.fd = fd};
    connect(fd, (struct sockaddr *)&to, sizeof to);
    epoll_ctl(queue, EPOLL_CTL_ADD, fd, &wanted);
    sent[fd] = 0;
    started++;
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    int count = atoi(argv[2]), concurrency = atoi(argv[3]), done = 0;
    port = atoi(argv[1]);
    queue = epoll_create1(EPOLL_CLOEXEC);
    while (started < count && started < concurrency) start();
    while (done < count) {
        struct epoll_event events[256];
        int ready = epoll_wait(queue, events, 256, -1);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd, error;
            socklen_t length = sizeof error;
            char text[16384];
            if (!sent[fd] && events[i].events & EPOLLOUT) {
                getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
                int size = sprintf(text, "GET /health/%d HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: loop\r\naccept: */*\r\n\r\n", done);
                if (write(fd, text, size) != size) return 1;
                sent[fd] = 1;
            }
            if (events[i].events & EPOLLIN && recv(fd, text, sizeof text, 0) >= 0) {
                epoll_ctl(queue, EPOLL_CTL_DEL, fd, NULL);
                close(fd);
                done++;
                if (started < count) start();
            }
        }
    }
    return 0;
}
