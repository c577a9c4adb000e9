#pragma once
#include "services/kit/curl/http_client.hpp"

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace order::payments {

struct StripeOptions {
  std::string url = "https://api.stripe.com";
  std::string api_key;  ///< secret
  std::string ca_file;  ///< whom to trust; empty: the system's
};

/// What is wrong with the options, beginning with the key, or "".
std::string complaint(const StripeOptions& options);

using Form = std::vector<std::pair<std::string, std::string>>;

/// Stripe's API: forms out, JSON back, over kept connections. An answer that says that the request was not
/// processed (408, 409, 429, 5xx, and 401 and 403, which are a wrong configuration) is Unavailable, as is
/// none. Thread-safe.
class StripeHttp {
 public:
  explicit StripeHttp(StripeOptions options);

  struct Answer {
    int status = 0;
    nlohmann::json body;  ///< an object
  };
  Answer post(const std::string& target, const Form& form, const std::string& idempotency_key,
              kit::Deadline deadline) const;
  Answer get(const std::string& target, kit::Deadline deadline) const;

 private:
  Answer send(kit::curl::HttpRequest request, kit::Deadline deadline) const;
  const StripeOptions options_;
  const kit::curl::HttpClient client_;
};

}  // namespace order::payments
