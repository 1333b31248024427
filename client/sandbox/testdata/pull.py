"""Reads a sandbox with the official client, as anybody would: a streaming pull.

PUBSUB_EMULATOR_HOST says where it is. Prints a JSON line for each message: its
topic, its id, whether it says that it is simulated, and the ids in it.
"""

import io
import json
import sys
import threading

import fastavro
from google.cloud import pubsub_v1


def decode(data, schema):
    if data[:4] == b"Obj\x01":
        return next(fastavro.reader(io.BytesIO(data)))
    if data[:1] == b"\x00":
        return fastavro.schemaless_reader(io.BytesIO(data[5:]), schema)
    return json.loads(data)


def ids(record):
    alert = record.get("alert_lite", record)
    if "alertIds" in alert:
        return [alert["alertIds"]["objectId"], str(alert["alertIds"]["sourceId"])]
    if "candid" in alert:
        return [alert["objectId"], str(alert["candid"])]
    return [None, str(alert["diaSource"]["diaSourceId"])]


def main(schema_file, count, topics):
    with open(schema_file) as file:
        schema = fastavro.parse_schema(json.load(file))
    client = pubsub_v1.SubscriberClient()
    lock = threading.Lock()
    for topic in topics:
        name = client.subscription_path("python", topic.rsplit("/", 1)[1])
        client.create_subscription(request={"name": name, "topic": topic})
        done = threading.Event()
        seen = []

        def receive(message):
            with lock:
                if len(seen) < count:
                    seen.append(message)
                    message.ack()
                else:
                    message.nack()
                    done.set()

        future = client.subscribe(name, callback=receive)
        if not done.wait(timeout=60):
            sys.exit("no messages on " + topic)
        future.cancel()
        future.result()
        client.delete_subscription(request={"subscription": name})
        for message in seen:
            simulated = "pgb_simulated" in message.attributes
            print(json.dumps({"topic": topic, "id": message.message_id, "simulated": simulated, "ids": ids(decode(message.data, schema))}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
