"""A loopback endpoint that says which access tokens are good, as Dovecot's OAuth2 asks it."""

import http.server
import json
import threading
import urllib.parse
from types import TracebackType


class TokenEndpoint:
    """Tokens and the users they stand for; change `valid` to let one expire."""

    def __init__(self) -> None:
        self.valid: dict[str, str] = {}
        endpoint = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
                user = endpoint.valid.get(query.get("access_token", [""])[0])
                answer = {"email": user, "active": True} if user else {"error": "invalid_token"}
                self.send_response(200 if user else 401)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, format: str, *args: object) -> None:
                return

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/?access_token="
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    def __enter__(self) -> "TokenEndpoint":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
