#pragma once
#include "services/kit/config/config.hpp"
#include "services/notification/mail/address.hpp"
#include "services/notification/mail/delivery.hpp"

#include <chrono>
#include <string>

namespace notification {

/// The keys under `email`, and public_url. Without a host mails are only recorded.
struct EmailOptions {
  std::string host;
  int port = 0;                               ///< 0: by tls, 25, 587 or 465
  std::string from;                           ///< "shop@example.com" or "The Shop <shop@example.com>"
  std::string tls = "starttls";               ///< "none", "starttls" (required), "tls" (from the first byte)
  std::string username;                       ///< empty: no login
  std::string password;                       ///< secret
  std::string ca_file;                        ///< trusted authorities; empty: the system's
  std::chrono::milliseconds timeout{30'000};  ///< of one mail, from connecting to the last reply
  RetryPolicy retry;
  std::string public_url;  ///< base of links in mails, without a slash at its end

  bool enabled() const { return !host.empty(); }
  int effective_port() const;
  /// Only after the rules of `bind` have held.
  Address sender() const { return *parse_address(from); }
};

/// Binds them with the rules between them. `options` must outlive the binder.
void bind(kit::config::Binder& binder, EmailOptions& options);

}  // namespace notification
