#pragma once
#include "services/kit/curl/handle.hpp"
#include "services/kit/time/deadline.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace kit::curl {

struct HttpRequest {
  std::string url;
  std::vector<std::string> headers = {};  ///< "Name: value"
  std::optional<std::string> body = {};   ///< sent by POST; nullopt: GET
};

struct HttpResponse {
  int status = 0;
  std::string body;
  int connections_opened = 0;  ///< for it; 0 when a connection was reused
};

/// HTTP(S) to services of others over the internet: HTTP/1.1 with libcurl, up to MAX_IDLE connections kept
/// for the next requests. (Services of the shop are called by http::Client.) Thread-safe.
class HttpClient {
 public:
  static constexpr std::size_t MAX_IDLE = 4;
  static constexpr std::size_t MAX_RESPONSE = 1024 * 1024;  ///< bytes of a body; a longer one fails

  explicit HttpClient(Options options) : options_(std::move(options)) {}

  /// Within the deadline and the options' timeout. Throws Error, and never for a status.
  HttpResponse send(const HttpRequest& request, Deadline deadline) const;

 private:
  std::unique_ptr<Handle> take() const;
  void give_back(std::unique_ptr<Handle> handle) const;

  const Options options_;
  mutable std::mutex lock_;
  mutable std::vector<std::unique_ptr<Handle>> idle_;
};

}  // namespace kit::curl
