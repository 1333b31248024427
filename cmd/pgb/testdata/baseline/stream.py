"""What an astronomer writes today: a streaming pull, fastavro, JSON lines.

PUBSUB_EMULATOR_HOST says where the server is. Prints the CPU seconds that the
process used per message, start-up left out.
"""

import io
import json
import sys
import threading
import time

import fastavro
from google.cloud import pubsub_v1

from decode import plain


def main(project, topic, count, output):
    client = pubsub_v1.SubscriberClient()
    name = client.subscription_path(project, "baseline")
    client.create_subscription(request={"name": name, "topic": topic})
    out = open(output, "w")
    done = threading.Event()
    seen = 0
    lock = threading.Lock()
    begun = None

    def receive(message):
        nonlocal seen, begun
        with lock:
            if begun is None:
                begun = time.process_time()
            for record in fastavro.reader(io.BytesIO(message.data)):
                out.write(json.dumps(plain(record)) + "\n")
            message.ack()
            seen += 1
            if seen == count:
                done.set()

    future = client.subscribe(name, callback=receive)
    done.wait(timeout=120)
    used = time.process_time() - begun
    future.cancel()
    future.result()
    client.delete_subscription(request={"subscription": name})
    print(used / seen)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
