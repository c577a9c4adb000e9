#pragma once
#include "services/kit/curl/handle.hpp"
#include "services/notification/mail/delivery.hpp"
#include "services/notification/mail/options.hpp"

#include <functional>
#include <stop_token>
#include <string>

namespace notification {

/// A client of one mail server that keeps its connection for the next mail. For one thread at a time.
class Smtp {
 public:
  explicit Smtp(const EmailOptions& options);

  /// Sends one message (RFC 5322, CR LF). `before_end` is called when everything but the end-of-data marker
  /// was sent; when it throws or returns false, or a stop was requested by then, the mail is not completed
  /// and so not accepted. (This hook is why the message is read by our own callback and not composed by
  /// curl_mime.)
  Attempt send(const Address& to, const std::string& message, const std::function<bool()>& before_end,
               const std::stop_token& stop);

 private:
  kit::curl::Handle handle_;
};

}  // namespace notification
