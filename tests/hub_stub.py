"""A Hub of one's own: the part of huggingface.co's HTTP API that uploads and downloads need.

Repositories live in memory: for each commit a tree of files, for each branch a commit. Large files
go the way of Git LFS (batch, then PUT), as where hf_xet is not installed.
"""

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote, urlsplit

LARGE = (".onnx", ".safetensors")
Tree = dict[str, bytes]


@dataclass
class Repository:
    branches: dict[str, str] = field(default_factory=dict)
    commits: dict[str, Tree] = field(default_factory=dict)
    private: bool = False

    def commit(self, branch: str, tree: Tree) -> str:
        names = sorted((path, hashlib.sha1(content).hexdigest()) for path, content in tree.items())
        sha = hashlib.sha1(f"{branch}{names}{len(self.commits)}".encode()).hexdigest()
        self.commits[sha] = tree
        self.branches[branch] = sha
        return sha


class StubHub(ThreadingHTTPServer):
    """`with StubHub() as hub:` serves on loopback; `hub.asked` logs method and path,
    `hub.tokens` who asked about models."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.repositories: dict[str, Repository] = {}
        self.blobs: Tree = {}
        self.asked: list[str] = []
        self.tokens: set[str] = set()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def add(self, id: str, tree: Tree) -> None:
        """A repository that is there already."""
        self.repositories[id] = Repository()
        self.repositories[id].commit("main", tree)

    def __enter__(self) -> "StubHub":
        Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: StubHub

    def do_GET(self) -> None:
        self._answer()

    do_HEAD = do_POST = do_PUT = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.server.asked.append(f"{self.command} {path}")
        if path.startswith("/api/models/"):
            self.server.tokens.add(self.headers.get("Authorization", ""))
        body = self._body()
        for method, pattern, answer in _ROUTES:
            match = re.fullmatch(pattern, path)
            if match and method == self.command.replace("HEAD", "GET"):
                answer(self, body, *match.groups())
                return
        self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"})

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _send(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _json(self, value: object, status: int = 200) -> None:
        self._send(status, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def _repository(self, id: str, revision: str) -> tuple[Repository, str] | None:
        repository = self.server.repositories.get(id)
        sha = repository and (
            revision if revision in repository.commits else repository.branches.get(revision)
        )
        if not repository or not sha:
            code = "RevisionNotFound" if repository else "RepoNotFound"
            self._send(404, b"{}", {"X-Error-Code": code})
            return None
        return repository, sha

    def _create(self, body: bytes) -> None:
        asked = json.loads(body)
        id = f"{asked['organization']}/{asked['name']}"
        if id in self.server.repositories:
            self._json({"url": f"{self.server.url}/{id}"}, 409)
            return
        private = asked.get("private", asked.get("visibility") == "private")
        repository = self.server.repositories[id] = Repository(private=private)
        repository.commit("main", {".gitattributes": b""})
        self._json({"url": f"{self.server.url}/{id}"})

    def _validate(self, _: bytes) -> None:
        self._json({"errors": [], "warnings": []})

    def _branch(self, _: bytes, id: str, branch: str) -> None:
        repository = self.server.repositories[id]
        repository.commit(branch, repository.commits[repository.branches["main"]])
        self._json({})

    def _info(self, _: bytes, id: str, revision: str | None = None) -> None:
        if found := self._repository(id, revision or "main"):
            repository, sha = found
            siblings = [{"rfilename": path} for path in repository.commits[sha]]
            self._json({"id": id, "sha": sha, "private": repository.private, "siblings": siblings})

    def _tree(self, _: bytes, id: str, revision: str, folder: str) -> None:
        if found := self._repository(id, revision):
            repository, sha = found
            tree = repository.commits[sha]
            entries = [_entry(path, of) for path, of in tree.items() if path.startswith(folder)]
            if entries:
                self._json(entries)
            else:
                self._send(404, b"{}", {"X-Error-Code": "EntryNotFound"})

    def _preupload(self, body: bytes, id: str, revision: str) -> None:
        files = [file["path"] for file in json.loads(body)["files"]]
        modes = {path: "lfs" if path.endswith(LARGE) else "regular" for path in files}
        told = [
            {"path": path, "uploadMode": mode, "shouldIgnore": False, "oid": None}
            for path, mode in modes.items()
        ]
        self._json({"files": told})

    def _batch(self, body: bytes, id: str) -> None:
        asked = json.loads(body)["objects"]
        places = [(of, f"{self.server.url}/blobs/{of['oid']}") for of in asked]
        told = [{**of, "actions": {"upload": {"href": href}}} for of, href in places]
        self._json({"transfer": "basic", "objects": told})

    def _put(self, body: bytes, oid: str) -> None:
        assert hashlib.sha256(body).hexdigest() == oid
        self.server.blobs[oid] = body
        self._send(200, b"")

    def _commit(self, body: bytes, id: str, branch: str) -> None:
        repository = self.server.repositories[id]
        tree = dict(repository.commits[repository.branches[branch]])
        for line in map(json.loads, body.splitlines()):
            value = line["value"]
            if line["key"] == "file":
                tree[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                tree[value["path"]] = self.server.blobs[value["oid"]]
        sha = repository.commit(branch, tree)
        self._json({"commitUrl": f"{self.server.url}/{id}/commit/{sha}", "commitOid": sha})

    def _resolve(self, _: bytes, id: str, revision: str, path: str) -> None:
        if found := self._repository(id, revision):
            repository, sha = found
            if path not in repository.commits[sha]:
                self._send(404, b"", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": sha})
                return
            content = repository.commits[sha][path]
            etag = hashlib.sha256(content).hexdigest()
            self._send(200, content, {"ETag": f'"{etag}"', "X-Repo-Commit": sha})


def _entry(path: str, content: bytes) -> dict[str, object]:
    entry: dict[str, object] = {
        "type": "file",
        "path": path,
        "size": len(content),
        "oid": hashlib.sha1(content).hexdigest(),
    }
    if path.endswith(LARGE):
        sha256 = hashlib.sha256(content).hexdigest()
        entry["lfs"] = {"oid": sha256, "size": len(content), "pointerSize": 130}
    return entry


_ID = r"([\w.-]+/[\w.-]+)"
_ROUTES = (
    ("POST", r"/api/repos/create", _Handler._create),
    ("POST", r"/api/validate-yaml", _Handler._validate),
    ("POST", rf"/api/models/{_ID}/branch/([^/]+)", _Handler._branch),
    ("GET", rf"/api/models/{_ID}", _Handler._info),
    ("GET", rf"/api/models/{_ID}/revision/([^/]+)", _Handler._info),
    ("GET", rf"/api/models/{_ID}/tree/([^/]+)/?(.*)", _Handler._tree),
    ("POST", rf"/api/models/{_ID}/preupload/([^/]+)", _Handler._preupload),
    ("POST", rf"/{_ID}\.git/info/lfs/objects/batch", _Handler._batch),
    ("PUT", r"/blobs/(\w+)", _Handler._put),
    ("POST", rf"/api/models/{_ID}/commit/([^/]+)", _Handler._commit),
    ("GET", rf"/{_ID}/resolve/([^/]+)/(.+)", _Handler._resolve),
)
