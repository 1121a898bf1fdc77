"""A receiver of signed webhooks with nothing but Python (3.9 or later).

It answers the handshake, verifies signatures, takes each event once and names the numbers it is missing.

    WEBHOOK_SECRET=whsec_... PORT=8090 python3 receiver.py

During a rotation put both secrets into WEBHOOK_SECRET, separated by a space.
"""

import base64
import hashlib
import hmac
import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRETS = [base64.b64decode(secret[6:] if secret.startswith("whsec_") else secret)
           for secret in os.environ.get("WEBHOOK_SECRET", "").split()]
TOLERANCE = 5 * 60
LARGEST = 256 * 1024


class Book:
    """What was taken. In production a table, written in the transaction in which the event is acted upon."""

    def __init__(self):
        self._lock = threading.Lock()
        self._taken = set()
        self._last = 0
        self.missing = set()

    def take(self, delivery, number):
        """True the first time."""
        with self._lock:
            if delivery in self._taken:
                return False
            self._taken.add(delivery)
            self.missing.discard(number)
            self.missing.update(range(self._last + 1, number))
            self._last = max(self._last, number)
            return True


BOOK = Book()


def is_signed(headers, body):
    signed = f"{headers.get('webhook-id')}.{headers.get('webhook-timestamp')}.".encode() + body
    given = [one[3:] for one in headers.get("webhook-signature", "").split(" ") if one.startswith("v1,")]
    wanted = [base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode() for secret in SECRETS]
    return any(hmac.compare_digest(one.encode(), other.encode()) for one in given for other in wanted)


def act(event):
    """Act on the event here. Answer quickly: put what takes long into a queue of your own."""
    print(json.dumps({"id": event["id"], "type": event["type"], "sequence": event["sequence"],
                      "missing": sorted(BOOK.missing)}), flush=True)


def take(headers, body):
    delivery, timestamp = headers.get("webhook-id"), headers.get("webhook-timestamp", "")
    if not delivery or not timestamp.isdigit() or not is_signed(headers, body):
        return 401
    if abs(time.time() - int(timestamp)) > TOLERANCE:
        return 400
    try:
        event = json.loads(body)
        number = int(event["sequence"])
    except (ValueError, KeyError, TypeError):
        return 400
    if not BOOK.take(delivery, number):
        return 200  # a repeat has no second effect
    act(event)
    return 204


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_OPTIONS(self):
        self.send_response(200)
        origin = self.headers.get("WebHook-Request-Origin")
        if origin:
            self.send_header("WebHook-Allowed-Origin", origin)
            self.send_header("WebHook-Allowed-Rate", "*")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self):
        size = int(self.headers.get("Content-Length", "0"))
        if size > LARGEST:
            self.close_connection = True
            status = 413
        else:
            status = take(self.headers, self.rfile.read(size))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Each event says one line; the web server need not."""


if __name__ == "__main__":
    server = ThreadingHTTPServer((os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8090"))), Receiver)
    print(json.dumps({"listening": server.server_port}), flush=True)
    server.serve_forever()
