#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/kit/metrics/metrics.hpp"

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace kit::http {

/// The problem that a handler's exception stands for (an unavailable database: 503). Returns nullopt for
/// unknown ones, which become a 500 without details. Thread-safe.
using ErrorMapper = std::function<std::optional<Problem>(std::exception_ptr)>;

struct ServerOptions {
  std::string name = "api";    ///< label `listener` of the metrics
  ErrorMapper map_error = {};  ///< may be empty
  std::string address = "0.0.0.0";
  int port = 8080;  ///< 0: any free one, see Server::port()
  int reactors = 2;
  int workers = 6;                            ///< threads that run Lane::Work handlers
  int queue = 256;                            ///< requests waiting for a worker; past it 503 with Retry-After
  int heavy_workers = 3;                      ///< threads that run Lane::Heavy handlers
  int heavy_queue = 64;                       ///< the same for them
  int max_request_bytes = 64 * 1024;          ///< headers and body; past it 413
  std::chrono::milliseconds deadline{10000};  ///< from a request's arrival to its response; past it 504
  std::chrono::milliseconds drain{20000};     ///< how long drain() waits for requests in flight
  std::chrono::milliseconds receive_limit{
      15000};  ///< for a request to arrive, plus 1 s for each 64 KiB; past it 408
  std::chrono::milliseconds idle_limit{120000};    ///< of a kept-alive connection; longer than the proxy's
  std::chrono::milliseconds stream_limit{600000};  ///< of server-sent events; then the client reconnects
  int max_connections = 4096;                      ///< past it new ones are closed at once
  std::size_t max_held_bytes =
      32 * 1024 * 1024;  ///< of all requests still arriving; past it their clients are disconnected
};

/// Decides before the handler whether the request is allowed, and completes it (principal, caller). Throws
/// Problem 401 or 403. Must not block.
using Gatekeeper = std::function<void(Request&, const Route&)>;

/// An HTTP/1.1 server that guards against the defects of the library below it (../README.md): responses reach
/// only their own client, slow readers are disconnected, framing errors close the connection, every exception
/// is caught, and requests in flight survive drain(). Also metrics: http_requests_total{route,method,code},
/// http_request_duration_seconds{route,method}, http_requests_in_flight, http_queue_depth and
/// http_workers_busy{listener}.
class Server {
 public:
  /// An empty gatekeeper allows everything. `metrics` must outlive the server.
  Server(ServerOptions options, Router router, Gatekeeper gatekeeper, Metrics& metrics);
  /// Stops, without draining unless that was done. Waits for handlers that still run.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds and serves on threads of its own; throws std::runtime_error when the port is taken.
  void start();
  std::uint16_t port() const;
  /// From now on responses carry Connection: close. To be called some time before drain(), which closes idle
  /// connections: a request just arriving on one would be lost.
  void announce_end();
  /// Stops accepting, waits until no request is in flight or ServerOptions::drain has passed, then stops.
  /// Returns how many requests were abandoned. May be called once, from any thread but a handler's.
  int drain();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace kit::http
