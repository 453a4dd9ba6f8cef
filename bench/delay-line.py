"""A cable that takes time: carries Ethernet frames between two devices of one namespace, each after the same delay and in order.

Decides nothing about what is carried: UDP, TCP and ARP all pass. The kernel's own (netem) is not everywhere, and a relay that knows UDP only
could not stand between two browsers whose signals are sealed. Frames keep the kernel's offload header (PACKET_VNET_HDR), or their checksums
would never be made. With a rate, frames leave one after the other at it and the queue before that drops what would wait longer than asked.
Leaves out: jitter, reordering, asymmetric delay. Linux, root.

    delay-line.py DEVICE DEVICE --delay-ms 10 [--loss 0.001] [--rate 2500000] [--queue-ms 100] [--seed 1]

Prints "ready" when it carries, and on SIGUSR1 or at its end one line of JSON: frames, bytes and drops each way.
"""

import argparse
import json
import os
import random
import select
import signal
import socket
import sys
import time
from collections import deque

SOL_PACKET = 263
PACKET_VNET_HDR = 15
PACKET_IGNORE_OUTGOING = 23
SO_RCVBUFFORCE = 33
ETH_P_ALL = 3
VNET_HEADER = 10
# Taken from one side before the other gets its turn: a batch costs one look at the clock.
BATCH = 64
MOST_FRAME = 65536 + 64


def device(name):
    end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    end.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    end.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    end.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 * 1024 * 1024)
    end.bind((name, 0))
    end.setblocking(False)
    return end


class Direction:
    def __init__(self, source, target, options, seed):
        self.source = source
        self.target = target
        self.delay = options.delay_ms / 1000
        self.loss = options.loss
        self.rate = options.rate
        self.queue = options.queue_ms / 1000
        self.chance = random.Random(seed).random
        self.waiting = deque()
        self.free_at = 0.0
        self.frames = self.bytes = self.lost = self.overflowed = self.refused = 0

    def take(self):
        """Reads what has come; each frame gets its time of arrival at the other end."""
        receive = self.source.recv
        now = time.monotonic()
        for _ in range(BATCH):
            try:
                frame = receive(MOST_FRAME)
            except BlockingIOError:
                return
            size = len(frame) - VNET_HEADER
            if self.loss and self.chance() < self.loss:
                self.lost += 1
                continue
            leaves = now
            if self.rate:
                start = self.free_at if self.free_at > now else now
                if start - now > self.queue:
                    self.overflowed += 1
                    continue
                leaves = self.free_at = start + size / self.rate
            self.waiting.append((leaves + self.delay, frame))
            self.frames += 1
            self.bytes += size

    def give(self, now):
        """Sends what is due; answers when the next frame is, or None."""
        waiting = self.waiting
        send = self.target.send
        while waiting:
            due, frame = waiting[0]
            if due > now:
                return due
            try:
                send(frame)
            except BlockingIOError:
                return now + 0.0002
            except OSError:
                self.refused += 1
            waiting.popleft()
        return None

    def told(self):
        return {
            "frames": self.frames,
            "bytes": self.bytes,
            "lost": self.lost,
            "overflowed": self.overflowed,
            "refused": self.refused,
        }


def go_first():
    """A cable is not kept from running by busy browsers; held up, it would deliver in bursts that overflow a receiver's socket."""
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except OSError:
        os.nice(-10)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("devices", nargs=2)
    parser.add_argument("--delay-ms", type=float, required=True, help="one way")
    parser.add_argument("--loss", type=float, default=0.0, help="share of frames dropped at random, each way")
    parser.add_argument("--rate", type=float, default=0.0, help="bytes per second each way, Ethernet frames; 0: none")
    parser.add_argument("--queue-ms", type=float, default=100.0, help="what a frame may wait for its turn")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    first, second = (device(name) for name in options.devices)
    there = Direction(first, second, options, options.seed * 2)
    back = Direction(second, first, options, options.seed * 2 + 1)

    def tell(*_):
        print(json.dumps([there.told(), back.told()]), flush=True)

    def end(*_):
        tell()
        sys.exit(0)

    signal.signal(signal.SIGUSR1, tell)
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    go_first()
    print("ready", flush=True)
    both = [first, second]
    while True:
        now = time.monotonic()
        dues = [due for due in (there.give(now), back.give(now)) if due is not None]
        patience = max(0.0, min(dues) - time.monotonic()) if dues else None
        readable, _, _ = select.select(both, [], [], patience)
        if first in readable:
            there.take()
        if second in readable:
            back.take()


main()
