#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace shop {

/// The certificate authority of a Shop's PostgreSQL servers and the certificate that they share, with their
/// private keys; ECDSA P-256, in PEM. Empty: missing.
struct Certificates {
  std::string ca;
  std::string ca_key;
  std::string server;
  std::string server_key;
  bool operator==(const Certificates&) const = default;
};

/// How long certificates are valid, in seconds. Each is renewed at two thirds of that, so that a third is
/// left for an operator that is not there.
struct CertificateTimes {
  std::int64_t ca = 10LL * 365 * 86400;
  std::int64_t server = 365LL * 86400;
};

/// The certificates at `now` (Unix seconds), which may be `certificates` itself. Missing ones are made.
///  - The authority keeps its key when it is renewed, so that clients that have its former certificate accept
///    the server as well as those that have the new one.
///  - The server's certificate gets a new key. It is also replaced when it cannot be read, was signed by
///  another
///    authority, or is not valid for one of `names` (host names).
/// Throws std::invalid_argument when the authority or its key cannot be read, and std::runtime_error when
/// OpenSSL fails.
Certificates renewed(Certificates certificates, const std::vector<std::string>& names, std::int64_t now,
                     const CertificateTimes& times = {});

}  // namespace shop
