#pragma once
#include "services/kit/config/config.hpp"

#include <chrono>
#include <string>

namespace order::payments {

struct StripeOptions {
  std::string url = "https://api.stripe.com";
  std::string api_key;  ///< secret
  std::string ca_file;  ///< whom to trust; empty: the system's
};

struct Options {
  std::string provider = "none";  ///< "none", "sandbox", "stripe"
  StripeOptions stripe;
  std::string stripe_webhook_secret;   ///< secret
  std::string sandbox_webhook_secret;  ///< secret
  std::chrono::milliseconds sandbox_review{5000};
};

/// Binds the keys payments.*, with the rules between them.
void bind(kit::config::Binder& binder, Options& options);

}  // namespace order::payments
