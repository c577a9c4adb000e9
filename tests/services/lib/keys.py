"""Keys and tokens as a cluster would give them: access tokens (Ed25519) and ServiceAccount tokens (RS256), made with the
openssl program."""

import atexit
import base64
import functools
import json
import pathlib
import subprocess
import tempfile
import time

ISSUER = "https://kubernetes.default.svc.cluster.local"


def _b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _openssl(*arguments, data=None):
    return subprocess.run(["openssl", *arguments], input=data, check=True, timeout=30, capture_output=True).stdout


class SigningKey:
    """A private key in a file, its JWK, and compact JWS made with it."""

    def __init__(self, folder: pathlib.Path, kid: str, algorithm: str):
        self.kid, self.algorithm = kid, algorithm
        self.pem = folder / f"{kid}.pem"
        if algorithm == "EdDSA":
            _openssl("genpkey", "-algorithm", "ed25519", "-out", str(self.pem))
            # The raw keys are the last 32 bytes of either DER form (RFC 8410).
            public = _openssl("pkey", "-in", str(self.pem), "-pubout", "-outform", "DER")[-32:]
            private = _openssl("pkey", "-in", str(self.pem), "-outform", "DER")[-32:]
            self.jwk = {"kty": "OKP", "crv": "Ed25519", "x": _b64(public)}
            self.private_jwk = {**self.jwk, "d": _b64(private)}
        elif algorithm == "RS256":
            _openssl("genrsa", "-out", str(self.pem), "2048")
            modulus = _openssl("rsa", "-in", str(self.pem), "-noout", "-modulus").decode().strip().split("=")[1]
            self.jwk = {"kty": "RSA", "n": _b64(bytes.fromhex(modulus)), "e": "AQAB"}
            self.private_jwk = None
        else:
            raise ValueError(algorithm)
        common = {"kid": kid, "alg": algorithm, "use": "sig"}
        self.jwk.update(common)
        if self.private_jwk:
            self.private_jwk.update(common)

    def sign(self, claims, header=None):
        """A compact JWS of `claims`; `header` replaces parts of the usual one (for forged tokens)."""
        head = {"alg": self.algorithm, "kid": self.kid, "typ": "JWT", **(header or {})}
        signed = f"{_b64(json.dumps(head).encode())}.{_b64(json.dumps(claims).encode())}"
        if self.algorithm == "RS256":
            signature = _openssl("dgst", "-sha256", "-sign", str(self.pem), data=signed.encode())
        else:
            # Ed25519 wants the whole message at once, from a file.
            message = self.pem.with_suffix(".message")
            message.write_text(signed, encoding="ascii")
            signature = _openssl("pkeyutl", "-sign", "-rawin", "-inkey", str(self.pem), "-in", str(message))
        return f"{signed}.{_b64(signature)}"


@functools.cache
def cluster_key():
    """The issuer of ServiceAccount tokens: one for all shops, as on a cluster, since an RSA key takes long to make."""
    folder = tempfile.TemporaryDirectory(prefix="shopkeeper-cluster-key-")
    atexit.register(folder.cleanup)
    return SigningKey(pathlib.Path(folder.name), "cluster-1", "RS256")


class Keys:
    """All keys of one shop, in files as the operator mounts them."""

    def __init__(self, folder: pathlib.Path, cluster: SigningKey | None = None):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.access = SigningKey(folder, "access-1", "EdDSA")
        self.cluster = cluster or SigningKey(folder, "cluster-1", "RS256")
        self.jwks_file = self._write("jwks.json", {"keys": [self.access.jwk]})
        self.signing_file = self._write("signing.json", {"keys": [self.access.private_jwk]})
        self.issuer_file = self._write("issuer.json", {"keys": [self.cluster.jwk]})

    def _write(self, name, content):
        path = self.folder / name
        path.write_text(json.dumps(content), encoding="ascii")
        path.chmod(0o600)
        return str(path)

    def access_token(self, user_id, role="customer", lifetime=900, **claims):
        """An access token as the user service signs them; `claims` add to or replace the usual ones."""
        now = int(time.time())
        return self.access.sign({"iss": "shopkeeper", "aud": "shopkeeper", "sub": str(user_id), "role": role,
                                 "sid": f"test-{user_id}", "iat": now, "exp": now + lifetime, **claims})

    def service_token(self, service, lifetime=3600, **claims):
        """The projected ServiceAccount token of a service: who it is to the other services."""
        now = int(time.time())
        return self.cluster.sign({"iss": ISSUER, "aud": ["shopkeeper"],
                                  "sub": f"system:serviceaccount:tests:shop-{service}",
                                  "iat": now, "nbf": now - 5, "exp": now + lifetime, **claims})

    def service_token_file(self, service):
        path = self.folder / f"token-{service}"
        path.write_text(self.service_token(service), encoding="ascii")
        path.chmod(0o600)
        return str(path)
