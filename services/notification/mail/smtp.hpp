#pragma once
#include "services/kit/curl/handle.hpp"
#include "services/notification/mail/delivery.hpp"
#include "services/notification/mail/options.hpp"

#include <atomic>
#include <functional>
#include <string>

namespace notification {

/// A client of one mail server that keeps its connection for the next mail. For one thread at a time.
class Smtp {
 public:
  explicit Smtp(const EmailOptions& options);

  /// Hands one message (RFC 5322, CR LF) over. `before_end` is called when all but the end of the mail was
  /// sent; when it throws or returns false the mail is not completed, so not taken. The same when `stop`
  /// becomes true before.
  Attempt send(const Address& to, const std::string& message, const std::function<bool()>& before_end,
               const std::atomic<bool>& stop);

 private:
  kit::curl::Handle handle_;
};

}  // namespace notification
