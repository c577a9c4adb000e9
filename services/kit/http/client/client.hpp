#pragma once
#include "services/kit/http/message/message.hpp"
#include "services/kit/metrics/metrics.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace kit::http {

struct ClientOptions {
  std::string base_url;                     ///< "http://shop-user:9090"
  std::chrono::milliseconds timeout{2000};  ///< of one attempt
  int tries = 3;                            ///< attempts, with backoff, within the call's deadline
  std::string token_file;                   ///< bearer token, read again when the file changes; empty: none
};

/// The service could not be reached, did not respond in time, or responded 5xx to the last attempt.
class Unreachable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Calls another service: propagates request id and trace, authenticates with the token, and retries GET and
/// what the caller declares idempotent. A circuit breaker fails calls at once while the service is down.
/// Thread-safe. Metrics: http_client_requests_total{peer,code}, http_client_request_duration_seconds{peer}.
class Client {
 public:
  /// `service` names the other one in metrics, logs and errors ("user").
  Client(std::string service, ClientOptions options, Metrics& metrics);
  ~Client();

  /// The request that the call belongs to: its deadline and ids.
  struct Context {
    std::string request_id;
    Trace trace;
    Deadline deadline = Deadline::in(std::chrono::seconds(5));
    static Context of(const Request& request) {
      return {request.request_id, request.trace, request.deadline};
    }
  };

  /// Any status below 500 is returned. Throws Unreachable.
  Response get(const std::string& target, const Context& context);
  Response post(const std::string& target, const nlohmann::json& body, const Context& context,
                bool idempotent);

  const std::string& service() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kit::http
