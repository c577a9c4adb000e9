"""Keys and tokens as a cluster would give them: access tokens (Ed25519) and ServiceAccount tokens (RS256)."""

import base64
import functools
import json
import pathlib
import time

from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

ISSUER = "https://kubernetes.default.svc.cluster.local"


def _b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(token, part):
    """A part of a token, as JSON: 0 is its header, 1 its claims."""
    return json.loads(base64.urlsafe_b64decode(token.split(".")[part] + "=="))


class SigningKey:
    """A private key, its JWK, and compact JWS made with it. Thread-safe."""

    def __init__(self, kid: str, algorithm: str):
        self.kid, self.algorithm = kid, algorithm
        common = {"kid": kid, "alg": algorithm, "use": "sig"}
        if algorithm == "EdDSA":
            self._key = ed25519.Ed25519PrivateKey.generate()
            public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
            private = self._key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
            self.jwk = {"kty": "OKP", "crv": "Ed25519", "x": _b64(public), **common}
            self.private_jwk = {**self.jwk, "d": _b64(private)}
        else:
            self._key = rsa.generate_private_key(65537, 2048)
            modulus = self._key.public_key().public_numbers().n
            self.jwk = {"kty": "RSA", "n": _b64(modulus.to_bytes(256, "big")), "e": "AQAB", **common}

    def sign(self, claims, header=None):
        """A compact JWS of `claims`; `header` replaces parts of the usual one (for forged tokens)."""
        head = {"alg": self.algorithm, "kid": self.kid, "typ": "JWT", **(header or {})}
        signed = f"{_b64(json.dumps(head).encode())}.{_b64(json.dumps(claims).encode())}"
        scheme = (padding.PKCS1v15(), SHA256()) if self.algorithm == "RS256" else ()
        return f"{signed}.{_b64(self._key.sign(signed.encode(), *scheme))}"


@functools.cache
def cluster_key():
    """The issuer of ServiceAccount tokens: one for all shops, as on a cluster."""
    return SigningKey("cluster-1", "RS256")


class Keys:
    """All keys of one shop, in files as the operator mounts them."""

    def __init__(self, folder: pathlib.Path, cluster: SigningKey | None = None):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.access = SigningKey("access-1", "EdDSA")
        self.cluster = cluster or SigningKey("cluster-1", "RS256")
        self.jwks_file = self._write("jwks.json", json.dumps({"keys": [self.access.jwk]}))
        self.signing_file = self._write("signing.json", json.dumps({"keys": [self.access.private_jwk]}))
        self.issuer_file = self._write("issuer.json", json.dumps({"keys": [self.cluster.jwk]}))

    def _write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="ascii")
        path.chmod(0o600)
        return str(path)

    def access_token(self, user_id, role="customer", lifetime=900, key=None, **claims):
        """An access token as the user service signs them; `claims` add to or replace the usual ones."""
        now = int(time.time())
        return (key or self.access).sign({"iss": "shopkeeper", "aud": "shopkeeper", "sub": str(user_id), "role": role,
                                          "sid": f"test-{user_id}", "iat": now, "exp": now + lifetime, **claims})

    def service_token(self, service, lifetime=3600, **claims):
        """The projected ServiceAccount token of a service: who it is to the other services."""
        now = int(time.time())
        return self.cluster.sign({"iss": ISSUER, "aud": ["shopkeeper"],
                                  "sub": f"system:serviceaccount:tests:shop-{service}",
                                  "iat": now, "nbf": now - 5, "exp": now + lifetime, **claims})

    def service_token_file(self, service):
        return self._write(f"token-{service}", self.service_token(service))
